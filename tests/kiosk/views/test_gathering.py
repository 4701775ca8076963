"""The queue and its baskets, as somebody signed in uses them, and as somebody who is not tries to."""

import csv
import html
import io
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient

from edge.domain import pickup
from edge.shop import Gather
from hardware.scan import Scan
from tests.kiosk.aurora import PIN, Aurora

BOOT, EAN = "RANNIK-AMBER-42", b"9506000100043"
OTHER = "RANNIK-AMBER-43"


@pytest.fixture
def basket(aurora: Aurora) -> str:
    aurora.shop.add_line("wall", BOOT, 2, "collect")
    aurora.shop.send_basket("wall", "mari@post.example", ())
    basket = aurora.shop.basket("wall").id
    aurora.shop.end_visit("wall")
    return basket


@pytest.fixture
def mari(client: FlaskClient, aurora: Aurora) -> FlaskClient:
    aurora.hire()
    aurora.hold_up()
    client.post("/s/staff/pin", data={"pin": PIN})
    return client


def shown(client: FlaskClient) -> str:
    return html.unescape(client.get("/s/staff").get_data(as_text=True))


def path(basket: str, rest: str = "") -> str:
    return f"/s/staff/staff/baskets/{basket}{rest}"


def gather(client: FlaskClient, basket: str, quantity: int, sku: str = BOOT) -> int:
    return client.post(path(basket, f"/gathered/{sku}"), data={"quantity": quantity}).status_code


def test_the_code_on_the_shoppers_screen_finds_the_basket(client: FlaskClient, aurora: Aurora) -> None:
    aurora.shop.add_line("wall", BOOT, 1, "collect")
    client.post("/s/wall/send", data={"mail": "mari@post.example"})
    basket = aurora.shop.basket("wall").id
    code = pickup.spelled(pickup.code(basket))
    assert code in client.get("/s/wall").get_data(as_text=True)
    aurora.hire()
    aurora.hold_up()
    client.post("/s/staff/pin", data={"pin": PIN})
    assert client.post("/s/staff/staff/find", data={"code": code.lower()}).status_code == 200
    assert aurora.shop.screen("staff") == Gather(basket=basket)


def test_its_qr_finds_it_too_but_only_for_who_is_signed_in(mari: FlaskClient, aurora: Aurora, basket: str) -> None:
    scan = Scan(reader="gun", symbology="qr", data=pickup.in_barcode(pickup.code(basket)).encode(), at=0)
    aurora.shop.scanned("staff", scan)
    assert aurora.shop.screen("staff") == Gather(basket=basket)
    mari.post("/s/staff/sign-out")
    aurora.shop.scanned("staff", scan)
    assert not isinstance(aurora.shop.screen("staff"), Gather)


@pytest.mark.parametrize(
    "attempt",
    ["/queue", "/find", "/baskets/B", f"/baskets/B/gathered/{BOOT}", "/baskets/B/bought", "/baskets/B/release"],
)
def test_without_signing_in_nothing_is_done_and_nothing_shown(
    client: FlaskClient, aurora: Aurora, basket: str, attempt: str
) -> None:
    before = aurora.kinds()
    answer = client.post(f"/s/staff/staff{attempt.replace('B', basket, 1)}", data={"quantity": "1", "code": "x"})
    assert answer.status_code == 422
    assert "sign in first" in answer.get_data(as_text=True)
    assert pickup.spelled(pickup.code(basket)) not in answer.get_data(as_text=True)
    assert aurora.kinds() == before
    assert client.get(path(basket, "/slip.csv")).status_code == 403


def test_a_basket_left_on_the_screen_is_hidden_from_the_next(mari: FlaskClient, aurora: Aurora, basket: str) -> None:
    mari.post(path(basket))
    assert 'data-test="gather"' in shown(mari)
    assert 'data-test="gather"' not in shown(mari.application.test_client())


def test_scanning_gathers_until_there_is_enough(mari: FlaskClient, aurora: Aurora, basket: str) -> None:
    mari.post(path(basket))
    for expected in ("1/2", "2/2"):
        aurora.shop.scanned("staff", Scan(reader="gun", symbology="ean13", data=EAN, at=0))
        assert f"<output>{expected}</output>" in shown(mari)
    assert 'data-state="ready"' in shown(mari)
    aurora.shop.scanned("staff", Scan(reader="gun", symbology="ean13", data=EAN, at=0))
    assert 'data-test="staff-article"' in shown(mari), "a third is an article like any other"
    assert aurora.kinds().count("LineGathered") == 2


def test_a_part_is_bought_then_the_rest(mari: FlaskClient, aurora: Aurora, basket: str) -> None:
    gather(mari, basket, 1)
    mari.post(path(basket, "/bought"))
    gather(mari, basket, 2)
    mari.post(path(basket, "/bought"))
    bought = [json.loads(body) for body in aurora.bodies("BasketPurchased")]
    assert [[line["quantity"] for line in one["lines"]] for one in bought] == [[1], [1]]
    assert {one["basket"] for one in bought} == {basket}
    assert aurora.shop.gathering.queue() == []


def test_nothing_gathered_is_nothing_bought(mari: FlaskClient, aurora: Aurora, basket: str) -> None:
    answer = mari.post(path(basket, "/bought"))
    assert answer.status_code == 422
    assert "BasketPurchased" not in aurora.kinds()


def test_another_size_takes_the_place_of_one(mari: FlaskClient, aurora: Aurora, basket: str) -> None:
    mari.post(path(basket))
    mari.post(path(basket, f"/instead/{BOOT}"), data={"sku": OTHER})
    assert aurora.shop.gathering.picking(basket).pick(OTHER)
    assert "instead of" in shown(mari)
    assert mari.post(path(basket, f"/instead/{OTHER}"), data={"sku": "NO-SUCH"}).status_code == 422


def test_what_is_put_back_leaves_the_queue(mari: FlaskClient, aurora: Aurora, basket: str) -> None:
    mari.post(path(basket, "/release"))
    assert aurora.shop.gathering.queue() == []
    assert aurora.kinds().count("BasketReleased") == 1


def test_what_nobody_picks_up_expires(aurora: Aurora, basket: str) -> None:
    aurora.clock.ms += 15 * 86_400_000
    aurora.shop.sweep()
    assert aurora.shop.gathering.queue() == []
    assert '"reason":"expired"' in aurora.bodies("BasketReleased")[0]


def test_the_till_gets_what_is_to_be_paid(mari: FlaskClient, aurora: Aurora, basket: str) -> None:
    gather(mari, basket, 1)
    code = pickup.in_barcode(pickup.code(basket))
    told = json.loads(mari.get(path(basket, "/slip.json")).data)
    assert (told["code"], [(line["sku"], line["quantity"]) for line in told["lines"]]) == (code, [(BOOT, 1)])
    (row,) = csv.DictReader(io.StringIO(mari.get(path(basket, "/slip.csv")).get_data(as_text=True)))
    assert (row["code"], row["sku"], row["price"], row["currency"]) == (code, BOOT, "189.95", "EUR")
    printed = mari.get(path(basket, "/slip.escpos")).data
    assert printed.startswith(b"\x1b@\x1bt\x10")
    assert b"\x1dk\x49\x0b{B" + code.encode() in printed
    assert printed.endswith(b"\x1dV\x42\x00")
    assert mari.get(path(basket, "/slip.exe")).status_code == 404


@pytest.mark.parametrize("quantity", ["", "-1", "x", "99999", "1.5", "²"])
def test_a_quantity_that_is_none_is_refused(mari: FlaskClient, aurora: Aurora, basket: str, quantity: str) -> None:
    answer = mari.post(path(basket, f"/gathered/{BOOT}"), data={"quantity": quantity})
    assert answer.status_code == 400
    assert "LineGathered" not in aurora.kinds()


@pytest.mark.parametrize("code", ["", "x" * 5000, "K7M4QX", "<script>", "\0"])
def test_a_code_of_no_basket_is_said_to_be_none(mari: FlaskClient, code: str) -> None:
    answer = mari.post("/s/staff/staff/find", data={"code": code})
    assert answer.status_code == 422
    assert "No basket here has this code" in answer.get_data(as_text=True)


def test_a_basket_that_is_gone_is_said_to_be(mari: FlaskClient) -> None:
    assert mari.post(path("nosuchbasket")).status_code == 422
    assert mari.get(path("nosuchbasket", "/slip.csv")).status_code == 422


def test_shoppers_stations_have_no_queue(client: FlaskClient) -> None:
    assert client.post("/s/wall/staff/queue").status_code in (404, 422)


def test_of_pieces_that_two_gather_at_the_same_moment_each_counts(mari: FlaskClient, aurora: Aurora) -> None:
    aurora.shop.add_line("wall", BOOT, 40, "collect")
    aurora.shop.send_basket("wall", "mari@post.example", ())
    basket, gathering = aurora.shop.basket("wall").id, aurora.shop.gathering
    session = aurora.shop.staff.at("staff")
    assert session

    def twenty(_: int) -> list[bool]:
        return [gathering.scanned(session, basket, BOOT) for _ in range(20)]

    with ThreadPoolExecutor(2) as pool:
        assert all(done for hands in pool.map(twenty, range(2)) for done in hands)
    pick = gathering.picking(basket).pick(BOOT)
    assert pick and pick.gathered == 40
    assert gathering.scanned(session, basket, BOOT) is False, "one more is none of this basket"
