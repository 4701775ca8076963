"""Shards shared among workers by the locks of a real PostgreSQL."""

import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, text

from hq.leases import LEADER, Leases, workers
from hq.store.engine import create
from sync.topics import SHARDS


@pytest.fixture
def engine(postgresql_url: str) -> Iterator[Engine]:
    engine = create(postgresql_url)
    yield engine
    engine.dispose()


@pytest.fixture
def join(engine: Engine) -> Iterator[Callable[..., Leases]]:
    joined: list[Leases] = []

    def join(instance: str = "one HQ") -> Leases:
        joined.append(Leases(engine, instance))
        return joined[-1]

    yield join
    for worker in joined:
        worker.close()


def settle(*workers: Leases) -> list[int]:
    """As many rounds as it takes until all shards are held, each once, and no round changes anything any more. Returns
    how many each holds."""
    before: list[frozenset[int]] = []
    for _ in range(200):
        for worker in workers:
            worker.renew()
        held = [shard for worker in workers for shard in worker.shards]
        if sorted(held) == list(range(SHARDS)) and before == [worker.shards for worker in workers]:
            return sorted(len(worker.shards) for worker in workers)
        before = [worker.shards for worker in workers]
        time.sleep(0.05)  # a session that ended frees its locks a moment later
    raise AssertionError(f"shards are held by nobody or twice: {sorted(held)}")


def test_one_worker_alone_holds_everything(join: Callable[..., Leases]) -> None:
    assert settle(join()) == [SHARDS]


def test_those_alive_share_evenly_as_they_come_and_go(join: Callable[..., Leases], engine: Engine) -> None:
    first, second, third = join(), join(), join()
    assert settle(first) == [64]
    assert settle(first, second) == [32, 32]
    assert settle(first, second, third) == [21, 21, 22]
    with engine.connect() as connection:
        assert workers(connection, "one HQ") == 3
    second.close()
    assert settle(first, third) == [32, 32]
    first.close()
    assert settle(third) == [64]


def test_nobody_holds_a_shard_that_another_one_works_on_at_any_moment(join: Callable[..., Leases]) -> None:
    team = [join() for _ in range(5)]
    for _ in range(8):
        for worker in team:
            worker.renew()
            held = [shard for one in team for shard in one.shards]
            assert len(held) == len(set(held))


def test_one_of_them_leads_and_when_it_goes_another_one_does(join: Callable[..., Leases]) -> None:
    first, second = join(), join()
    settle(first, second)
    assert (first.leads, second.leads) == (True, False)
    first.close()
    settle(second)
    assert second.leads and not first.leads


def test_two_hqs_on_one_server_do_not_share(join: Callable[..., Leases]) -> None:
    mine, theirs = join(), join("another HQ")
    assert settle(mine) == [SHARDS] and settle(theirs) == [SHARDS]
    assert mine.leads and theirs.leads


def test_a_worker_whose_session_is_gone_holds_nothing_and_comes_back(
    join: Callable[..., Leases], engine: Engine
) -> None:
    worker = join()
    settle(worker)
    kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE locktype = 'advisory' AND objid = :leader"
    with engine.connect() as connection:
        assert connection.scalar(text(f"{kill} AND classid::bigint = :of"), {"leader": LEADER, "of": worker._of}) == 1
    worker.renew()
    assert worker.shards == frozenset() and not worker.leads
    assert settle(worker) == [SHARDS]


def test_a_server_that_is_not_there_is_waited_for(engine: Engine) -> None:
    worker = Leases(create("postgresql+psycopg://nobody@127.0.0.1:9/none"), "one HQ")
    worker.renew()
    assert worker.shards == frozenset()
    worker.close()


def test_control_workers_that_take_without_a_lock_hold_shards_twice(
    join: Callable[..., Leases], monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = Leases._take
    monkeypatch.setattr(Leases, "_take", lambda self, there, lock: lock < SHARDS or honest(self, there, lock))
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    with pytest.raises(AssertionError, match="twice"):
        settle(join(), join())
