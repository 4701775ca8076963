"""What a group of batches needs to know is looked up at once: that must change nothing of what comes of it."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event

from hq import decisions
from hq.ledger import ledger_of, rules_of
from hq.projection import sealed
from hq.projection.person import profile_id
from hq.service import Hq, open_hq
from hq.store.state import derived_sums
from sync.codec import Receipt
from sync.ingest import Outcome, ingest_all
from tests.hq.boxes import DAY, STORE, Box, basket_sent, box_of, line, turned, viewed, yes
from tests.hq.conftest import Clock, registered

SARAH, TOM = "Sarah.Miller@Example.com", "tom@example.com"
BASKET = "b" * 32


@pytest.fixture
def twin(any_hq: Hq, tmp_path: Path, clock: Clock) -> Iterator[Hq]:
    """Another HQ, on SQLite, that has heard nothing: its keys are the same."""
    shutil.copytree(any_hq.dir / "keys", tmp_path / "twin" / "keys")
    with closing(open_hq(tmp_path / "twin", clock=clock)) as hq:
        yield registered(hq)


def what_comes(hq: Hq) -> dict[str, str]:
    with hq.reading() as connection:
        return {table: str(rows) for table, rows in derived_sums(connection).items()}


def told(outcomes: list[Outcome]) -> list[int]:
    assert all(isinstance(one, Receipt) for one in outcomes), outcomes
    return [one.n for one in outcomes if isinstance(one, Receipt)]


def batches(hq: Hq) -> list[tuple[str, bytes]]:
    """Of two boxes of one store: people who come to both, one basket sent again, to another, and in the wrong order."""
    one, other = box_of(hq), box_of(hq)
    one.append(basket_sent(line(), basket=BASKET, consents=(yes(),)), mail=SARAH)
    one.append(viewed())
    one.append(basket_sent(line(), line("scarf", 2), basket=BASKET, language="et"), mail=SARAH)
    one.append(basket_sent(line("scarf"), basket=BASKET), mail=TOM)
    other.append(basket_sent(line("hat"), consents=(yes(granted=False),)), mail=SARAH)
    other.append(turned(3))
    other.clock -= DAY
    other.append(basket_sent(line("hat"), basket=BASKET), mail=SARAH)
    return [(STORE, box.payload(n, n + 1)) for n in (1, 3) for box in (one, other)]


def test_batches_taken_together_leave_what_they_leave_one_by_one(any_hq: Hq, twin: Hq) -> None:
    sent = batches(any_hq)
    assert told(ingest_all(ledger_of(any_hq), sent)) == [2, 2, 4, 3]
    for one in sent:
        ingest_all(ledger_of(twin), [one])
    assert what_comes(any_hq) == what_comes(twin)


def test_a_bad_event_among_them_undoes_nothing_of_the_others(any_hq: Hq, twin: Hq) -> None:
    sent, bad = batches(any_hq), box_of(any_hq)
    bad.append(basket_sent(line(), basket=BASKET), mail="nobody")
    bad.append(basket_sent(line(name="\0")), mail=TOM)
    bad.append(basket_sent(line(), basket=BASKET), mail=TOM)
    sent.insert(2, (STORE, bad.payload()))
    assert told(ingest_all(ledger_of(any_hq), sent)) == [2, 2, 3, 4, 3]
    for one in sent:
        ingest_all(ledger_of(twin), [one])
    assert what_comes(any_hq) == what_comes(twin)


def test_an_address_of_somebody_erased_is_not_even_opened(
    any_hq: Hq, box: Box, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.append(basket_sent(line(), basket=BASKET), mail=SARAH)
    ingest_all(ledger_of(any_hq), [(STORE, box.payload())])
    digest = any_hq.keys.digest_of("mail", SARAH.lower())
    clock.now += 1
    decisions.erase(any_hq, profile_id(rules_of(any_hq), digest))
    opened: list[bytes] = []
    monkeypatch.setattr(sealed, "unseal", lambda _, blob: opened.append(blob) or b"{}")
    with any_hq.engine.begin() as connection:  # as in a database that was restored from before the event came
        for table in ("event", "log"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    assert told(ingest_all(ledger_of(any_hq), [(STORE, box.payload())])) == [1]
    assert opened == []


def test_a_group_asks_the_database_as_often_for_many_baskets_as_for_one(any_hq: Hq) -> None:
    def asked(count: int) -> int:
        box, statements = box_of(any_hq), []
        for n in range(count):
            box.append(basket_sent(line()), mail=f"{box.log[-6:]}-{n}@example.com")
        payload = box.payload()
        event.listen(any_hq.engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
        ingest_all(ledger_of(any_hq), [(STORE, payload)])
        return len(statements)

    asked(1)
    assert asked(40) == asked(1)
