"""A single-use code at the screens of a store that can't ask HQ."""

from collections.abc import Callable

import msgspec
import pytest

from edge.catalogue import Version
from edge.domain import coupon
from edge.domain.coupon import Issued, Terms, Told
from edge.domain.directives import LearnOfCoupon
from edge.domain.events import CouponRedeemed, CouponReleased
from edge.shop import BasketScreen, Gather, Unknown
from edge.shop.coupon_uses import HELD, KEPT
from edge.shop.errors import CouponRefusedError
from hardware.scan import Scan
from tests.edge.shop.conftest import Bench
from tests.edge.shop.test_directives import MARI, say

CODE, OTHER = coupon.code(1 << 70), coupon.code(5)
ODD = f"TC-{CODE[:-1]}{'0' if CODE[-1] != '0' else '2'}"


def tell(bench: Bench, *codes: str, n: int = 1, state: str = "open", **terms: object) -> None:
    known = Terms(campaign="spring", **({"percent": 10} | terms))  # type: ignore[arg-type]
    issued = [Issued(name=coupon.name_of(code, b""), campaign="spring", until=0, state=state) for code in codes]  # type: ignore[arg-type]
    bench.shop.campaigns.take([Told(terms=known), *(Told(code=one) for one in issued)], Version(1, n))


def scan(bench: Bench, text: str, station: str = "wall") -> None:
    bench.shop.scanned(station, Scan(reader="gun", symbology="code128", data=text.encode(), at=0))


def last(bench: Bench, kind: type) -> object:
    found = [event for event in bench.log.read(0, 1000, 1 << 30)[0] if event.kind == kind.__name__]
    return msgspec.json.decode(found[-1].body, type=kind) if found else None


def held(bench: Bench, station: str = "wall") -> str:
    found = bench.shop.couponing.of(bench.shop.basket(station).id)
    return found.use.code if found else ""


@pytest.fixture
def filled(bench: Bench) -> Bench:
    tell(bench, CODE, OTHER)
    bench.shop.add_line("wall", "BOOT-42")
    return bench


def test_a_code_is_scanned_and_recorded_by_its_name_alone(filled: Bench) -> None:
    scan(filled, coupon.in_barcode(CODE))
    assert filled.shop.screen("wall") == BasketScreen() and held(filled) == CODE
    event = last(filled, CouponRedeemed)
    assert isinstance(event, CouponRedeemed)
    assert (event.coupon, event.campaign) == (coupon.name_of(CODE, b""), "spring")
    assert event.basket == filled.shop.basket("wall").id
    assert not any(CODE in event.body for event in filled.log.read(0, 1000, 1 << 30)[0])


def test_or_typed_as_people_write_it_and_a_second_time_changes_nothing(filled: Bench) -> None:
    filled.shop.redeem("wall", coupon.spelled(CODE).lower())
    before = filled.kinds()
    filled.shop.redeem("wall", CODE)
    assert filled.kinds() == before and held(filled) == CODE


@pytest.mark.parametrize(
    ("text", "key"),
    [("K7M4", "coupon-mistyped"), (ODD, "coupon-mistyped"), (coupon.code(9), "coupon-unknown")],
)
def test_what_is_no_code_is_refused_and_says_why(filled: Bench, text: str, key: str) -> None:
    with pytest.raises(CouponRefusedError) as error:
        filled.shop.redeem("wall", text)
    assert error.value.key == key and held(filled) == ""


def test_a_scan_that_is_refused_is_recorded_without_the_code(filled: Bench) -> None:
    tell(filled, CODE, n=2, state="used")
    scan(filled, coupon.in_barcode(CODE))
    assert filled.shop.screen("wall") == Unknown(code="(coupon)", reason="coupon-used")
    assert not any(CODE in event.body for event in filled.log.read(0, 1000, 1 << 30)[0])


def test_it_lies_in_one_basket_and_another_takes_its_place(filled: Bench) -> None:
    filled.shop.redeem("wall", CODE)
    filled.shop.add_line("tablet", "BOOT-42")
    with pytest.raises(CouponRefusedError, match="coupon-used"):
        filled.shop.redeem("tablet", CODE)
    filled.shop.redeem("wall", OTHER)
    event = last(filled, CouponReleased)
    assert isinstance(event, CouponReleased) and (event.reason, event.coupon) == (
        "replaced",
        coupon.name_of(CODE, b""),
    )
    filled.shop.redeem("tablet", CODE)
    assert (held(filled), held(filled, "tablet")) == (OTHER, CODE)


@pytest.mark.parametrize(
    ("ends", "reason"),
    [
        (lambda shop: shop.take_coupon_out("wall"), "removed"),
        (lambda shop: shop.end_visit("wall"), "left"),
        (lambda shop: shop.end_visit("wall", "idle"), "left"),
    ],
)
def test_it_is_good_again_when_it_leaves_the_basket(filled: Bench, ends: Callable[[object], None], reason: str) -> None:
    filled.shop.redeem("wall", CODE)
    ends(filled.shop)
    event = last(filled, CouponReleased)
    assert isinstance(event, CouponReleased) and event.reason == reason
    filled.shop.add_line("tablet", "BOOT-42")
    filled.shop.redeem("tablet", CODE)
    assert held(filled, "tablet") == CODE


def sent(bench: Bench, fulfilment: str = "collect") -> str:
    bench.shop.change_line("wall", "BOOT-42", 1, fulfilment)  # type: ignore[arg-type]
    bench.shop.redeem("wall", CODE)
    basket = bench.shop.basket("wall").id
    bench.shop.send_basket("wall", "sarah@example.com", ())
    bench.shop.end_visit("wall")
    return basket


def test_it_goes_with_the_basket_that_was_sent_and_is_spent_at_the_till(filled: Bench) -> None:
    basket = sent(filled)
    filled.shop.gathering.gather(MARI, basket, "BOOT-42", 1)
    filled.shop.gathering.buy(MARI, basket)
    found = filled.shop.couponing.of(basket)
    assert found and found.use.state == "spent" and last(filled, CouponReleased) is None
    filled.shop.add_line("wall", "BOOT-42")
    with pytest.raises(CouponRefusedError, match="coupon-used"):
        filled.shop.redeem("wall", CODE)


def test_what_is_put_back_or_never_fetched_lets_it_go(filled: Bench) -> None:
    basket = sent(filled)
    filled.shop.gathering.release(MARI, basket)
    event = last(filled, CouponReleased)
    assert isinstance(event, CouponReleased) and (event.reason, event.staff) == ("put-back", "m1")
    assert filled.shop.couponing.of(basket) is None


def test_a_basket_that_nobody_gathers_holds_it_for_half_a_day(filled: Bench) -> None:
    basket = sent(filled, "take")
    filled.clock.ms += HELD
    filled.shop.sweep()
    assert filled.shop.couponing.of(basket)
    filled.clock.ms += 1
    filled.shop.sweep()
    event = last(filled, CouponReleased)
    assert isinstance(event, CouponReleased) and event.reason == "expired"
    filled.clock.ms += KEPT
    filled.shop.sweep()
    assert filled.database.read(lambda db: db["coupon_use"].count) == 0


def test_staff_uses_a_code_for_the_basket_it_is_gathering(filled: Bench) -> None:
    basket = filled.shop.basket("wall").id
    filled.shop.change_line("wall", "BOOT-42", 1, "collect")
    filled.shop.send_basket("wall", "sarah@example.com", ())
    filled.shop.gathering.gather(MARI, basket, "BOOT-42", 1)
    filled.shop.couponing.redeem_for(MARI, basket, CODE)
    event = last(filled, CouponRedeemed)
    assert isinstance(event, CouponRedeemed) and (event.basket, event.staff, event.visit) == (basket, "m1", "")
    filled.shop.couponing.take_out_for(MARI, basket)
    assert filled.shop.couponing.of(basket) is None


def test_hqs_word_is_kept_and_what_is_wrong_is_told_until_it_was_read(filled: Bench) -> None:
    filled.shop.redeem("wall", CODE)
    found = filled.shop.couponing.of(filled.shop.basket("wall").id)
    assert found and found.use.good
    say(filled.shop, LearnOfCoupon(use=found.use.id, word="counts"), at=(1, 1), since=(0, 0))
    assert filled.shop.couponing.troubles() == []
    say(filled.shop, LearnOfCoupon(use=found.use.id, word="again", store="other", at=7), at=(1, 2), since=(1, 1))
    (trouble,) = filled.shop.couponing.troubles()
    assert (trouble.other, trouble.other_at, trouble.good) == ("other", 7, False)
    filled.shop.couponing.seen(trouble.id)
    assert filled.shop.couponing.troubles() == []


def test_codes_that_are_over_and_campaigns_that_are_gone_are_forgotten(filled: Bench) -> None:
    over = Issued(name="f" * 20, campaign="spring", until=1, ends=filled.clock.ms + 5)
    filled.shop.campaigns.take([Told(code=over), Told(gone="spring")], Version(1, 2))
    assert filled.shop.campaigns.version == Version(1, 2)
    with pytest.raises(CouponRefusedError, match="coupon-unknown"):
        filled.shop.redeem("wall", CODE)
    filled.clock.ms += 6
    filled.shop.sweep()
    assert filled.database.read(lambda db: db["offer"].count) == 2


def test_a_gather_screen_is_no_place_for_a_strangers_scan(filled: Bench) -> None:
    filled.shop.show("wall", Gather(basket="a" * 32))
    scan(filled, coupon.in_barcode(CODE))
    assert held(filled) == CODE
