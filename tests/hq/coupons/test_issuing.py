"""Codes are issued, told to boxes, and taken back."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from edge.domain import coupon
from hq.config import Config
from hq.config_coupons import Coupon
from hq.config_file import parse
from hq.coupons import issuing
from hq.coupons.issuing import issue, issue_once, void, void_campaign
from hq.coupons.looking import campaigns, look
from hq.errors import ConfigError, InputError
from hq.feeds import offers
from hq.service import Hq
from hq.store.state import state_hash
from tests.hq.conftest import Clock
from tests.hq.coupons.campaigns import open_with, till

DAY = 86_400_000


@pytest.fixture
def hq(open_it: Callable[..., Hq]) -> Hq:
    return open_with(open_it)


def test_codes_are_sound_different_and_stand_nowhere_at_hq(hq: Hq) -> None:
    made = issue(hq, "spring", 3)
    assert len({one.code for one in made}) == 3 and all(coupon.is_sound(one.code) for one in made)
    files = b"".join(file.read_bytes() for file in hq.dir.iterdir() if file.is_file())
    assert not any(one.code.encode() in files for one in made)
    assert not any(coupon.spelled(one.code).encode() in files for one in made)


def test_a_box_hears_names_and_terms_and_no_code(hq: Hq) -> None:
    (made,) = issue(hq, "week", 1)
    store = till(hq)
    store.hear()
    assert store.state(made.code) == "open"
    terms = store.known["week"].terms
    assert terms and (terms.amount, terms.minimum, terms.currency) == (1500, 5000, "EUR")
    told = str(store.known)
    assert made.code not in told and "profile" not in told and "origin" not in told


def test_many_come_in_parts_of_whole_versions(hq: Hq, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offers, "PART", 4)
    monkeypatch.setattr(offers, "MOST", 8)
    made = issue(hq, "spring", 21)
    store = till(hq)
    store.hear()
    assert {store.state(one.code) for one in made} == {"open"} and store.version.n == 6


def test_a_code_ends_with_its_days_or_its_campaign_whichever_is_first(hq: Hq, clock: Clock) -> None:
    (made,) = issue(hq, "week", 1)
    assert made.until == clock.now + 7 * DAY
    last = 1_798_761_600_000  # 2027-01-01T00:00Z, and the campaign ends a day later
    clock.now = last
    (late,) = issue(hq, "week", 1)
    assert late.until == last + DAY
    clock.now = last + DAY
    with pytest.raises(InputError, match="is over"):
        issue(hq, "week", 1)


def test_codes_that_are_long_over_fall_out(hq: Hq, clock: Clock) -> None:
    (made,) = issue(hq, "week", 1)
    till(hq).hear()
    clock.now = made.until + offers.KEPT + 1
    (fresh,) = issue(hq, "spring", 1)
    store = till(hq)
    store.hear()
    assert (store.state(made.code), store.state(fresh.code)) == ("", "open")


def test_what_is_taken_back_is_told_and_stays_so(hq: Hq) -> None:
    one, other = (made.code for made in issue(hq, "spring", 2))
    store = till(hq)
    store.hear()
    void(hq, [coupon.in_barcode(one)])
    store.hear()
    assert (store.state(one), store.state(other)) == ("void", "open")
    assert void_campaign(hq, "spring") == 1
    store.hear()
    assert store.state(other) == "void"
    with pytest.raises(InputError, match="is no code of this HQ"):
        void(hq, ["K7M4"])


def test_a_campaign_that_changes_or_goes_is_told_again(hq: Hq) -> None:
    store = till(hq)
    store.hear()
    store.hq = replace(hq, config=replace(hq.config, coupon=(Coupon(name="spring", percent=20),)))
    store.hear()
    assert store.known["spring"].terms and store.known["spring"].terms.percent == 20
    assert store.known["week"].gone == "week"


def test_one_origin_makes_one_code_however_often_it_is_asked_for(hq: Hq) -> None:
    first = issue_once(hq, "week", "mail 1", profile="p" * 32, basket="b" * 32)
    with hq.reading() as connection:
        before = state_hash(connection)
    assert issue_once(hq, "week", "mail 1", profile="p" * 32) == first is not None
    with hq.reading() as connection:
        assert state_hash(connection) == before
    assert issue_once(hq, "nothing", "mail 2", profile="p" * 32) is None


def test_no_more_are_out_than_boxes_hold(hq: Hq, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issuing, "MOST_OPEN", 2)
    issue(hq, "spring", 2)
    with pytest.raises(InputError, match="2 codes are out"):
        issue(hq, "spring", 1)
    assert issue_once(hq, "spring", "mail 1", profile="p" * 32) is None


def test_who_looks_after_them_sees_what_became_of_them(hq: Hq, clock: Clock) -> None:
    first, second = (made.code for made in issue(hq, "spring", 2))
    store = till(hq)
    store.redeem(first)
    store.redeem(first)
    store.line_up()
    void(hq, [second])
    with hq.reading() as connection:
        spring, week = campaigns(connection, ["spring", "week"], now=clock.now)
        seen = look(connection, hq.keys, coupon.spelled(first))
    assert (spring.issued, spring.open, spring.used, spring.again, spring.void) == (2, 0, 1, 1, 1)
    assert (week.issued, week.declared) == (0, True)
    assert [use.outcome for use in seen.uses] == ["first", "again"] and seen.campaign == "spring"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('name = "A"\npercent = 10', "coupon.name must be"),
        ('name = "a"', "needs percent or amount"),
        ('name = "a"\npercent = 10\namount = "5 EUR"', "and not both"),
        ('name = "a"\npercent = 101', "between 1 and 100"),
        ('name = "a"\namount = "five"', "coupon.amount must be an amount"),
        ('name = "a"\namount = "5"', "coupon.amount must be an amount"),
        ('name = "a"\namount = "5 EUR"\nminimum = "50 SEK"', "of the same currency"),
        ('name = "a"\npercent = 10\nuntil = "soon"', "coupon.until must be a day"),
        ('name = "a"\npercent = 10\nstarts = "2026-12-02"\nuntil = "2026-12-01"', "must not lie before"),
        ('name = "a"\npercent = 10\n[[coupon]]\nname = "a"\npercent = 5', "is taken"),
        ('name = "a"\npercent = 10\n[[journey]]\nname = "x"\ncoupon = "b"', "no [[coupon]] with the name 'b'"),
    ],
)
def test_a_campaign_that_makes_no_sense_stops_the_start(text: str, words: str) -> None:
    with pytest.raises(ConfigError) as error:
        parse(f"[[coupon]]\n{text}\n")
    assert words in str(error.value)


def test_a_day_is_one_of_the_shops_own_zone() -> None:
    from hq.coupons.terms import all_terms

    config: Config = parse(
        '[shop]\ntimezone = "Europe/Tallinn"\n[[coupon]]\nname = "a"\npercent = 1\nuntil = "2026-12-31"'
    )
    assert all_terms(config)["a"].until == 1_798_754_400_000  # midnight in Tallinn is 22:00 UTC
