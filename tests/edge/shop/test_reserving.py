"""An article is reserved in another store, offline too; it counts as taken, and how it stands is known here."""

from dataclasses import replace

import msgspec
import pytest

from edge.catalogue import Version
from edge.domain.article import Stock, Store
from edge.domain.directives import LearnOfReservation
from edge.domain.events import ArticleReserved
from edge.domain.reservation import State
from edge.shop import BadQuantityError, NoSuchReservationError, NoSuchStoreError, UnknownArticleError
from edge.shop.reserving import AFTERWARDS
from tests.edge.shop.conftest import Bench, make_catalogue
from tests.edge.shop.test_directives import MARI, say

DAY = 86_400_000


@pytest.fixture(autouse=True)
def two_stores(bench: Bench) -> None:
    """The small shop's catalogue, with a second store in it."""
    stores = [Store(id="shop", name="The shop"), Store(id="other", name="The other")]
    bench.shelf.turn(Version(1, 2), make_catalogue(bench.folder / "two.db", Version(1, 2), stores=stores))


def learn(bench: Bench, reservation: str, state: State, n: int = 1) -> None:
    say(bench.shop, LearnOfReservation(reservation=reservation, state=state), at=(1, n), since=(0, 0))


def test_a_reservation_is_an_event_and_held_for_a_day(bench: Bench) -> None:
    one = bench.shop.reserving.reserve(MARI, "BOOT-42", "other", "de")
    (event,) = [e for e in bench.log.read(0, 9, 1 << 30)[0] if e.kind == "ArticleReserved"]
    told = msgspec.json.decode(event.body, type=ArticleReserved)
    assert (told.reservation, told.staff, told.store, told.quantity) == (one.id, "m1", "other", 1)
    assert told.item.name == "Wanderstiefel" and told.until == bench.clock.ms + DAY
    assert bench.shop.reserving.all() == [one] and one.state == "sending"


def test_what_hq_says_of_it_is_what_is_shown(bench: Bench) -> None:
    one = bench.shop.reserving.reserve(MARI, "BOOT-42", "other", "en")
    for n, state in enumerate(("passed", "waiting", "aside", "gone"), 1):
        learn(bench, one.id, state, n)  # type: ignore[arg-type]
        assert [held.state for held in bench.shop.reserving.of(["BOOT-42"])] == [state]
    assert bench.shop.reserving.of(["BOOT-43"]) == []
    learn(bench, "f" * 32, "aside", 9)
    assert len(bench.shop.reserving.all()) == 1


def test_its_time_is_over_though_nobody_says_so_and_later_it_is_forgotten(bench: Bench) -> None:
    one = bench.shop.reserving.reserve(MARI, "BOOT-42", "other", "en")
    learn(bench, one.id, "aside")
    bench.clock.ms += DAY
    assert [held.state for held in bench.shop.reserving.all()] == ["lapsed"]
    bench.clock.ms += AFTERWARDS + 1
    bench.shop.sweep()
    assert bench.shop.reserving.all() == []


def test_it_counts_as_taken_here_until_hq_counts_it_itself(bench: Bench) -> None:
    there = [Stock(sku="BOOT-42", store=store, quantity=2, as_of=0) for store in ("shop", "other")]
    one = bench.shop.reserving.reserve(MARI, "BOOT-42", "other", "en")
    assert [count.quantity for count in bench.shop.reserving.less(there)] == [2, 1]
    assert bench.shop.reserving.less([replace(there[1], quantity=0)])[0].quantity == 0
    learn(bench, one.id, "passed")
    assert [count.quantity for count in bench.shop.reserving.less(there)] == [2, 2]


def test_it_can_be_taken_back_once(bench: Bench) -> None:
    one = bench.shop.reserving.reserve(MARI, "BOOT-42", "other", "en")
    bench.shop.reserving.release(MARI, one.id)
    assert bench.kinds()[-1] == "ReservationReleased"
    assert [held.state for held in bench.shop.reserving.all()] == ["put-back"]
    with pytest.raises(NoSuchReservationError):
        bench.shop.reserving.release(MARI, one.id)


@pytest.mark.parametrize(
    ("sku", "store", "quantity", "error"),
    [
        ("BOOT-42", "shop", 1, NoSuchStoreError),
        ("BOOT-42", "web", 1, NoSuchStoreError),
        ("BOOT-42", "nowhere", 1, NoSuchStoreError),
        ("SOCK", "other", 1, UnknownArticleError),
        ("BOOT-42", "other", 0, BadQuantityError),
    ],
)
def test_what_makes_no_sense_is_refused_and_recorded_nowhere(
    bench: Bench, sku: str, store: str, quantity: int, error: type[Exception]
) -> None:
    with pytest.raises(error):
        bench.shop.reserving.reserve(MARI, sku, store, "en", quantity)
    assert bench.kinds() == [] and bench.shop.reserving.all() == []
