"""When somebody may be told that an article is back: each rule alone, and which of two decides."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from hq.journeys.rules import DAY, HOUR
from hq.wishes.rules import KEPT, Moment, judge

NOON = 1_793_620_800_000
FREE = Moment(
    now=NOON,
    asked=NOON - DAY,
    sku="BOOT-43",
    suppressed=frozenset(),
    wanted=True,
    bought=False,
    told=False,
    there=True,
    quiet="21:00-08:00",
    zone=ZoneInfo("Europe/Tallinn"),
)


def test_where_nothing_speaks_against_it_it_goes() -> None:
    verdict = judge(FREE)
    assert (verdict.outcome, verdict.skus) == ("send", ("BOOT-43",))


@pytest.mark.parametrize(
    ("against", "outcome", "reason"),
    [
        ({"suppressed": frozenset({"unsubscribed"})}, "never", "unsubscribed"),
        ({"suppressed": frozenset({"bounced"})}, "never", "bounced"),
        ({"wanted": False}, "never", "taken-back"),
        ({"bought": True}, "never", "bought"),
        ({"told": True}, "never", "told"),
        ({"asked": NOON - KEPT}, "never", "too-late"),
        ({"there": False}, "later", "sold-out"),
        ({"now": NOON + 8 * HOUR, "asked": NOON}, "later", "quiet-hours"),
    ],
)
def test_each_reason_alone_holds_it_back(against: dict[str, object], outcome: str, reason: str) -> None:
    verdict = judge(replace(FREE, **against))  # type: ignore[arg-type]
    assert (verdict.outcome, verdict.reason, verdict.skus) == (outcome, reason, ())


def test_what_holds_for_ever_decides_before_what_passes() -> None:
    assert judge(replace(FREE, there=False, bought=True)).reason == "bought"
    assert judge(replace(FREE, now=NOON + 8 * HOUR, there=False)).reason == "sold-out"


def test_a_wish_that_is_sold_out_again_is_judged_once_more_and_no_later_than_its_end() -> None:
    late = replace(FREE, asked=NOON - KEPT + HOUR, there=False)
    assert judge(late).until == NOON + HOUR
    assert judge(replace(FREE, there=False)).until == NOON + 6 * HOUR
