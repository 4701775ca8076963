"""Staff's pages of what is reserved elsewhere: asked first, confirmed, said in plain words, for who is signed in."""

import html

import msgspec
import pytest
from flask.testing import FlaskClient

from edge.domain import pickup
from edge.domain.directives import Directive as Meant
from edge.domain.directives import GatherBasket, LearnOfReservation
from edge.domain.reservation import State
from edge.shop import Article
from edge.shop.stations import Alone
from sync.codec import Directive
from tests.kiosk.aurora import Aurora
from tests.kiosk.views.test_gathering import mari  # noqa: F401  (a fixture)

BOOT, TARTU = "RANNIK-AMBER-42", "aurora-tartu"


class Online(Alone):
    def line_up(self) -> bool:
        return True


def directed(aurora: Aurora, meant: Meant, n: int) -> None:
    body = msgspec.json.encode(meant).decode()
    aurora.shop.directives.take([Directive(str(n), 1, n, type(meant).__name__, body)], (0, 0), (1, n))


def shown(client: FlaskClient) -> str:
    return html.unescape(client.get("/s/staff").get_data(as_text=True))


def reserve(client: FlaskClient, store: str = TARTU, sku: str = BOOT) -> int:
    return client.post(f"/s/staff/staff/reserve/{store}/now", data={"sku": sku}).status_code


def test_a_touch_asks_and_a_second_one_reserves(mari: FlaskClient, aurora: Aurora) -> None:  # noqa: F811
    aurora.shop.show("staff", Article(sku=BOOT))
    assert 'data-test="hold"' in shown(mari) and 'data-test="ask-hold"' not in shown(mari)
    mari.post(f"/s/staff/staff/reserve/{TARTU}", data={"sku": BOOT})
    assert "in Aurora Tartu?" in shown(mari) and aurora.shop.reserving.all() == []
    assert reserve(mari) == 200
    (one,) = aurora.shop.reserving.all()
    page = shown(mari)
    assert "Aurora Tartu is told as soon as the line is up." in page
    assert pickup.spelled(pickup.code(one.id)) in page and 'data-test="ask-hold"' not in page


def test_nothing_can_be_reserved_by_who_is_not_signed_in(client: FlaskClient, aurora: Aurora) -> None:
    aurora.shop.show("staff", Article(sku=BOOT))
    assert 'data-test="hold"' not in shown(client)
    assert reserve(client) == 422
    assert aurora.shop.reserving.all() == []


@pytest.mark.parametrize("store", ["aurora-tallinn", "web", "nowhere"])
def test_what_is_no_other_store_is_refused_in_words(mari: FlaskClient, aurora: Aurora, store: str) -> None:  # noqa: F811
    answer = mari.post(f"/s/staff/staff/reserve/{store}/now", data={"sku": BOOT})
    assert "Nothing can be reserved there." in html.unescape(answer.get_data(as_text=True))
    assert aurora.shop.reserving.all() == []


SAID: dict[State, str] = {
    "sending": "Telling Aurora Tartu …",
    "passed": "On its way to Aurora Tartu: they see it as soon as their line is up.",
    "waiting": "Aurora Tartu has it in the queue.",
    "aside": "Put aside in Aurora Tartu.",
    "gone": "Not there any more in Aurora Tartu.",
    "collected": "Collected in Aurora Tartu.",
    "put-back": "Not needed any more: Aurora Tartu puts it back.",
    "lapsed": "The time is over: Aurora Tartu puts it back.",
    "refused": "Aurora Tartu can’t take reservations yet.",
}


@pytest.mark.parametrize("state", SAID)
def test_how_it_stands_is_said_beside_the_article_and_in_the_queue(
    mari: FlaskClient,  # noqa: F811
    aurora: Aurora,
    state: State,
) -> None:
    aurora.shop.outside = Online()
    reserve(mari)
    (one,) = aurora.shop.reserving.all()
    directed(aurora, LearnOfReservation(reservation=one.id, state=state), 1)
    assert SAID[state] in shown(mari)
    mari.post("/s/staff/staff/queue")
    assert SAID[state] in shown(mari)
    assert ('data-test="hold-release"' in shown(mari)) == (state in ("sending", "passed", "waiting", "aside"))


def test_what_is_not_needed_any_more_is_taken_back(mari: FlaskClient, aurora: Aurora) -> None:  # noqa: F811
    reserve(mari)
    (one,) = aurora.shop.reserving.all()
    mari.post(f"/s/staff/staff/reservations/{one.id}/release")
    assert SAID["put-back"] in shown(mari)
    again = mari.post(f"/s/staff/staff/reservations/{one.id}/release").get_data(as_text=True)
    assert "This is not reserved any more." in html.unescape(again)


def ask_for(aurora: Aurora, source: str = TARTU, until: int = 0, number: str = "") -> str:
    aurora.shop.add_line("wall", BOOT, 1, "collect")
    (line,) = aurora.shop.basket("wall").lines
    aurora.shop.end_visit("wall")
    asked = GatherBasket(basket="b" * 32, source=source, lines=(line,), until=until, number=number)
    directed(aurora, asked, 1)
    return "b" * 32


def test_what_another_store_asks_for_stands_in_the_queue_with_its_name_and_time(
    mari: FlaskClient,  # noqa: F811
    aurora: Aurora,
) -> None:
    basket = ask_for(aurora, until=aurora.clock.ms + 3_600_000)
    page = shown(mari)
    assert "Aurora Tartu" in page and "held until" in page and pickup.spelled(pickup.code(basket)) in page
    mari.post(f"/s/staff/staff/baskets/{basket}")
    assert "Aurora Tartu asks for it." in shown(mari) and "It is not here" in shown(mari)
    mari.post(f"/s/staff/staff/baskets/{basket}/gathered/{BOOT}", data={"quantity": 1})
    assert "It is not here" not in shown(mari) and "Ready for the shopper" in shown(mari)
    aurora.clock.ms += 3_600_000
    aurora.shop.gathering.sweep()
    assert "Time is over: put it back" in shown(mari)
    mari.post("/s/staff/staff/queue")
    assert "Time is over: put it back" in shown(mari)
    mari.post(f"/s/staff/staff/baskets/{basket}/release")
    assert "data-basket" not in shown(mari)


def test_an_order_of_the_web_shop_is_found_by_its_number_and_handed_over(
    mari: FlaskClient,  # noqa: F811
    aurora: Aurora,
) -> None:
    basket = ask_for(aurora, "web", number="W-1001")
    assert "W-1001" in shown(mari)
    assert mari.post("/s/staff/staff/find", data={"code": " #W-1001 "}).status_code == 200
    assert "Bought on the web, order W-1001: collected here." in shown(mari)
    mari.post(f"/s/staff/staff/baskets/{basket}/gathered/{BOOT}", data={"quantity": 1})
    assert "It was handed over" in shown(mari) and "It was paid for" not in shown(mari)
    mari.post(f"/s/staff/staff/baskets/{basket}/bought")
    assert aurora.shop.gathering.queue() == []


def test_staff_says_how_many_are_put_aside_as_far_as_there_are_any(mari: FlaskClient, aurora: Aurora) -> None:  # noqa: F811
    there = next(count.quantity for count in aurora.shop.stock(BOOT) if count.store == TARTU)
    mari.post(f"/s/staff/staff/reserve/{TARTU}", data={"sku": BOOT, "quantity": str(there)})
    asked = shown(mari)
    assert f"<output>{there}</output>" in asked and 'id="hold-more"' in asked
    assert "disabled" in asked.split('id="hold-more"')[1].split(">")[0]
    assert mari.post(f"/s/staff/staff/reserve/{TARTU}/now", data={"sku": BOOT, "quantity": "2"}).status_code == 200
    (one,) = aurora.shop.reserving.all()
    assert one.quantity == 2 and "2 × " in shown(mari)


@pytest.mark.parametrize("quantity", ["0", "-1", "100", "many", "9" * 99, "\u0661"])
def test_a_number_that_is_none_is_a_bad_request(mari: FlaskClient, quantity: str) -> None:  # noqa: F811
    answer = mari.post(f"/s/staff/staff/reserve/{TARTU}/now", data={"sku": BOOT, "quantity": quantity})
    assert answer.status_code == 400
