"""The rules of a journey: what holds a message up, for how long, and in which order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq.audience.rules import Decision, Reason
from hq.config import Journey, Journeys
from hq.journeys.rules import (
    DAY,
    HOUR,
    LOOK_AGAIN,
    PAUSE,
    Moment,
    Verdict,
    capped_until,
    in_control,
    judge,
    quiet_until,
)

NOON = 1_793_620_800_000
"""2 November 2026, 12:00 UTC."""
TALLINN = ZoneInfo("Europe/Tallinn")
JOURNEY = Journey(name="basket-reminder", on=True, wait_hours=20, until_hours=168)
LIMITS = Journeys(most=2, days=7, quiet="21:00-08:00")


def article(sku: str, reason: Reason = "in-basket") -> Decision:
    return Decision(
        basket="b", sku=sku, name=sku, variant="", included=reason == "in-basket", reason=reason, words=reason
    )


MOMENT = Moment(
    now=NOON + 24 * HOUR,
    began=NOON,
    decisions=(article("boot"), article("coat", "bought")),
    profile="a" * 32,
    sent=(),
    zone=TALLINN,
)


def verdict(journey: Journey = JOURNEY, limits: Journeys = LIMITS, **facts: object) -> Verdict:
    return judge(journey, limits, replace(MOMENT, **facts))  # type: ignore[arg-type]


def test_a_message_is_about_what_may_be_advertised_and_nothing_else() -> None:
    found = verdict()
    assert (found.outcome, found.skus) == ("send", ("boot",))


@pytest.mark.parametrize(
    ("facts", "outcome", "reason", "until"),
    [
        ({"over": "sent again"}, "never", "over", 0),
        ({"ends": NOON + 24 * HOUR}, "never", "too-late", 0),
        ({"paused": True}, "later", "paused", NOON + 24 * HOUR + PAUSE),
        ({"now": NOON + 168 * HOUR}, "never", "too-late", 0),
        ({"now": NOON + 19 * HOUR}, "later", "too-early", NOON + 20 * HOUR),
        ({"decisions": (article("boot", "bought"),)}, "later", "bought", MOMENT.now + LOOK_AGAIN),
        ({"decisions": (article("boot", "no-consent"),)}, "later", "no-consent", MOMENT.now + LOOK_AGAIN),
        ({"decisions": ()}, "later", "empty", MOMENT.now + LOOK_AGAIN),
        ({"sent": (NOON - DAY, NOON)}, "later", "cap", NOON - DAY + 7 * DAY),
        ({"now": NOON + 31 * HOUR}, "later", "quiet-hours", NOON + 42 * HOUR),  # 21:00 in Tallinn, until 08:00
    ],
)
def test_what_holds_a_message_up(facts: dict[str, object], outcome: str, reason: str, until: int) -> None:
    found = verdict(**facts)
    assert (found.outcome, found.reason, found.until) == (outcome, reason, until)
    assert found.skus == ()


def test_who_is_kept_out_to_measure_against_is_told_only_where_nothing_else_speaks_against_it() -> None:
    everybody = replace(JOURNEY, control=100)
    assert verdict(everybody).outcome == "control"
    assert verdict(everybody, decisions=(article("boot", "sold-out"),)).reason == "sold-out"


def test_a_journey_writes_to_nobody_more_often_than_it_says() -> None:
    rarely, lately = replace(JOURNEY, every_days=30), MOMENT.now - 29 * DAY
    found = verdict(rarely, sent_of_this=lately)
    assert (found.outcome, found.reason, found.until) == ("later", "again", lately + 30 * DAY)
    assert verdict(rarely, sent_of_this=MOMENT.now - 30 * DAY).outcome == "send"
    assert verdict(JOURNEY, sent_of_this=lately).outcome == "send"


def test_the_control_group_is_the_same_people_each_time_and_about_as_many_as_asked_for() -> None:
    tenth = replace(JOURNEY, control=10)
    people = [f"{number:032x}" for number in range(20_000)]
    drawn = {one for one in people if in_control(tenth, one)}
    assert drawn == {one for one in people if in_control(tenth, one)}
    assert 0.09 < len(drawn) / len(people) < 0.11
    other = {one for one in people if in_control(replace(tenth, name="wanted-size"), one)}
    assert 0.005 < len(drawn & other) / len(people) < 0.015, "two journeys draw independently"


def test_nobody_is_in_a_control_group_of_nought_and_everybody_in_one_of_a_hundred() -> None:
    assert not in_control(replace(JOURNEY, control=0), "a") and in_control(replace(JOURNEY, control=100), "a")


@given(st.lists(st.integers(0, 30 * DAY), max_size=12), st.integers(1, 4), st.integers(1, 14))
def test_no_window_ever_holds_more_messages_than_the_cap(wishes: list[int], most: int, days: int) -> None:
    limits, sent = Journeys(most=most, days=days), list[int]()
    for wish in sorted(NOON + one for one in wishes):
        if not capped_until(limits, sent[-most:], wish):
            sent.append(wish)
    for at in sent:
        assert sum(at - days * DAY < one <= at for one in sent) <= most


@given(st.integers(NOON, NOON + 400 * DAY), st.sampled_from(["21:00-08:00", "12:00-13:30", "00:00-06:00"]))
def test_quiet_hours_end_when_the_clock_on_the_wall_says_so(now: int, quiet: str) -> None:
    """Also in the nights in which summer time begins and ends."""
    until = quiet_until(quiet, now, TALLINN)
    if until:
        assert until > now
        assert datetime.fromtimestamp(until / 1000, TALLINN).strftime("%H:%M") == quiet[6:]
        assert until - now <= 25 * HOUR
        assert quiet_until(quiet, until, TALLINN) == 0


def test_without_quiet_hours_it_is_never_quiet() -> None:
    assert quiet_until("", NOON, TALLINN) == 0 == quiet_until("08:00-08:00", NOON, TALLINN)


REASONS: Sequence[Reason] = ("in-basket", "bought", "sold-out", "no-consent", "unsubscribed", "erased", "control-group")


@given(
    st.lists(st.sampled_from(REASONS), max_size=5),
    st.integers(0, 200),
    st.lists(st.integers(-10 * DAY, 8 * DAY), max_size=4),
    st.sampled_from(["", "sent again"]),
)
def test_a_message_that_goes_is_within_every_limit(
    reasons: list[Reason], hours: int, sent: list[int], over: str
) -> None:
    decisions = tuple(article(str(number), reason) for number, reason in enumerate(reasons))
    at = NOON + hours * HOUR
    before = tuple(NOON + one for one in sent if NOON + one <= at)
    found = verdict(now=at, decisions=decisions, sent=before, over=over)
    if found.outcome == "send":
        assert found.skus == tuple(str(n) for n, reason in enumerate(reasons) if reason == "in-basket") != ()
        assert 20 <= hours < 168 and not over
        assert sum(one > at - 7 * DAY for one in before) < 2
        assert 8 <= datetime.fromtimestamp(at / 1000, UTC).astimezone(TALLINN).hour < 21
    elif found.outcome == "later":
        assert found.until > at
