"""Which use of a code counts, who is told, and that a rebuilt HQ says the same."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edge.domain.events import CouponRedeemed
from hq import stores
from hq.config import Config, Database
from hq.coupons.issuing import issue, void
from hq.service import Hq, open_hq
from hq.store import tables
from hq.store.state import Sum, derived_sums
from tests.hq.conftest import Clock
from tests.hq.coupons.campaigns import CAMPAIGNS, TALLINN, TARTU, Till, open_with, till


@pytest.fixture(params=["sqlite", "postgresql"])
def hq(request: pytest.FixtureRequest, open_it: Callable[..., Hq]) -> Hq:
    url = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else ""
    return open_with(open_it, database=Database(url=url))


@pytest.fixture
def lite(open_it: Callable[..., Hq]) -> Hq:
    return open_with(open_it)


def test_the_first_use_counts_and_both_stores_hear_of_the_second(hq: Hq) -> None:
    (code,) = (made.code for made in issue(hq, "spring", 1))
    tallinn, tartu = till(hq), till(hq, TARTU)
    one, other = tallinn.redeem(code), tartu.redeem(code)
    tallinn.line_up()
    assert tallinn.words() == {one: ("counts", "")}
    tallinn.hear()
    assert tallinn.state(code) == "used"
    tartu.line_up()
    assert tartu.words() == {other: ("again", TALLINN)}
    assert tallinn.words() == {one: ("rival", TARTU)}


def test_a_use_that_came_to_nothing_frees_the_code(hq: Hq) -> None:
    (code,) = (made.code for made in issue(hq, "spring", 1))
    tallinn, tartu = till(hq), till(hq, TARTU)
    tallinn.release(code, tallinn.redeem(code))
    tallinn.line_up()
    tartu.hear()
    assert tartu.state(code) == "open"
    other = tartu.redeem(code)
    tartu.line_up()
    assert tartu.words() == {other: ("counts", "")}


def test_a_code_that_was_taken_back_meanwhile_does_not_count(lite: Hq) -> None:
    (code,) = (made.code for made in issue(lite, "spring", 1))
    void(lite, [code])
    tallinn = till(lite)
    use = tallinn.redeem(code)
    tallinn.line_up()
    assert tallinn.words() == {use: ("void", "")}


@pytest.mark.parametrize("wrong", [{"coupon": "K7M4QX0Z11AB9CDE"}, {"basket": "../x"}])
def test_a_bad_event_is_put_aside(lite: Hq, wrong: dict[str, str]) -> None:
    said = {"basket": "b" * 32, "coupon": "c" * 20} | wrong
    tallinn = till(lite)
    tallinn.box.append(CouponRedeemed(visit="", station="wall", campaign="spring", **said))
    tallinn.line_up()
    with lite.reading() as connection:
        assert [row.kind for row in connection.execute(tables.quarantine.select())] == ["CouponRedeemed"]


@pytest.fixture
def rebuilt(tmp_path: Path, lite: Hq, clock: Clock) -> Iterator[Callable[[], Hq]]:
    """An HQ with an empty database, the same keys and the same journal."""
    opened: list[Hq] = []

    def rebuild() -> Hq:
        folder = tmp_path / f"again-{len(opened)}"
        folder.mkdir(mode=0o700)
        shutil.copytree(lite.dir / "keys", folder / "keys")
        shutil.copy(lite.dir / "journal.jsonl", folder / "journal.jsonl")
        fresh = open_hq(folder, Config(coupon=CAMPAIGNS), clock=clock)
        with fresh.engine.begin() as connection:
            for store in (TALLINN, TARTU):
                stores.register(connection, store)
        opened.append(fresh)
        return fresh

    yield rebuild
    for each in opened:
        each.close()


def parts(hq: Hq) -> dict[str, str]:
    with hq.reading() as connection:
        sums: dict[str, Sum] = derived_sums(connection)
    return {name: str(total) for name, total in sums.items()}


def test_hq_rebuilt_hears_the_stores_the_other_way_round_and_says_the_same(lite: Hq, rebuilt: Callable[[], Hq]) -> None:
    codes = [made.code for made in issue(lite, "spring", 4)]
    tallinn, tartu = till(lite), till(lite, TARTU)

    def use(first: Till, then: Till, code: str, *, freed: bool) -> None:
        basket = "b" * 32
        used = first.redeem(code, basket)
        if freed:
            first.release(code, used, basket)
        first.line_up()
        then.redeem(code)
        then.line_up()

    use(tallinn, tartu, codes[0], freed=False)
    use(tartu, tallinn, codes[1], freed=True)
    use(tallinn, tartu, codes[2], freed=True)
    void(lite, [codes[3]])
    use(tartu, tallinn, codes[3], freed=False)
    for order in ((tallinn, tartu), (tartu, tallinn)):
        again = rebuilt()
        for each in order:
            each.line_up(again)
        assert parts(again) == parts(lite)


def test_a_decision_that_a_failed_transaction_left_in_the_journal_changes_nothing(
    lite: Hq, rebuilt: Callable[[], Hq], clock: Clock
) -> None:
    (code,) = (made.code for made in issue(lite, "spring", 1))
    tallinn = till(lite)
    use = tallinn.redeem(code)
    lite.journal.append("coupon-decided", use, coupon="c" * 20, outcome="again")
    clock.now += 5
    tallinn.line_up()
    assert tallinn.words() == {use: ("counts", "")}
    again = rebuilt()
    tallinn.line_up(again)
    assert parts(again)["coupon_use"] == parts(lite)["coupon_use"]
