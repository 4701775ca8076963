"""Lists that staff makes by scanning: a count becomes the stock, is told with who and why, and shows at once."""

import html
import json

import pytest
from flask.testing import FlaskClient

from edge.shop import Article, Tally
from hardware.scan import Scan
from tests.kiosk.aurora import PIN, Aurora

BOOT, EAN = "RANNIK-AMBER-42", b"9506000100043"
BASE = "/s/staff/staff/tally/count"


@pytest.fixture
def mari(client: FlaskClient, aurora: Aurora) -> FlaskClient:
    aurora.hire()
    aurora.hold_up()
    client.post("/s/staff/pin", data={"pin": PIN})
    return client


def here(aurora: Aurora, sku: str = BOOT) -> int:
    return next(count.quantity for count in aurora.shop.stock(sku) if count.store == "aurora-tallinn")


def scan(aurora: Aurora, times: int = 1) -> None:
    for _ in range(times):
        aurora.shop.scanned("staff", Scan(reader="gun", symbology="ean13", data=EAN, at=0))


def listed(aurora: Aurora) -> dict[str, int]:
    return {entry.sku: entry.pieces for entry in aurora.shop.tallying.entries("staff", "count")}


def test_every_scan_counts_one_and_saving_makes_it_the_stock(mari: FlaskClient, aurora: Aurora) -> None:
    mari.post(BASE)
    scan(aurora, 3)
    assert (listed(aurora), aurora.shop.screen("staff")) == ({BOOT: 3}, Tally(purpose="count"))
    before = here(aurora)
    assert before != 3, "nothing changes before it is saved"
    mari.post(f"{BASE}/save")
    assert (here(aurora), listed(aurora)) == (3, {})
    (told,) = map(json.loads, aurora.bodies("StockCounted"))
    assert told["counts"] == [{"sku": BOOT, "quantity": 3}]
    staff = json.loads(aurora.bodies("StaffSignedIn")[0])["staff"]
    assert (told["source"], told["staff"], told["station"], told["reason"]) == ("staff", staff, "staff", "count")


def test_the_staffs_table_and_the_shoppers_page_show_it_at_once(mari: FlaskClient, aurora: Aurora) -> None:
    aurora.shop.show("tablet", Article(sku=BOOT))
    with aurora.shop.hub.subscribe("tablet") as tablet:
        mari.post(f"{BASE}/pieces/{BOOT}", data={"pieces": "77"})
        mari.post(f"{BASE}/save")
        assert tablet.get(1) is not None
    mari.post("/s/staff/show/article", data={"sku": BOOT})
    assert ">77<small>" in mari.get("/s/staff").get_data(as_text=True)
    assert ">77</span>" in mari.get("/s/tablet").get_data(as_text=True)


@pytest.mark.parametrize(("reason", "left"), [("found", 7), ("damage", 3), ("sold", 3), ("count", 2)])
def test_two_pieces_mean_what_the_reason_says(mari: FlaskClient, aurora: Aurora, reason: str, left: int) -> None:
    assert here(aurora) == 5
    mari.post(BASE)
    mari.post(f"{BASE}/reason", data={"reason": reason})
    scan(aurora, 2)
    assert f'<strong class="{"more" if left > 5 else "fewer"}">{left}</strong>' in shown(mari)
    mari.post(f"{BASE}/save")
    assert here(aurora) == left
    assert json.loads(aurora.bodies("StockCounted")[0])["reason"] == reason
    assert aurora.shop.screen("staff") == Tally(purpose="count"), "the next count is a count again"


def test_none_left_can_be_counted_too(mari: FlaskClient, aurora: Aurora) -> None:
    mari.post(BASE, data={"sku": BOOT})
    assert listed(aurora) == {BOOT: 0}
    mari.post(f"{BASE}/save")
    assert here(aurora) == 0


def test_no_more_can_be_damaged_than_there_are(mari: FlaskClient, aurora: Aurora) -> None:
    mari.post(f"{BASE}/reason", data={"reason": "damage"})
    mari.post(f"{BASE}/pieces/{BOOT}", data={"pieces": "9999"})
    mari.post(f"{BASE}/save")
    assert here(aurora) == 0


@pytest.mark.parametrize("typed", ["-1", "1.5", "lots", "99999", "٣"])
def test_only_whole_numbers_are_taken(mari: FlaskClient, aurora: Aurora, typed: str) -> None:
    assert mari.post(f"{BASE}/pieces/{BOOT}", data={"pieces": typed}).status_code == 400
    assert listed(aurora) == {}


def test_an_emptied_field_leaves_the_number(mari: FlaskClient, aurora: Aurora) -> None:
    mari.post(f"{BASE}/pieces/{BOOT}", data={"pieces": "4"})
    mari.post(f"{BASE}/pieces/{BOOT}", data={"pieces": ""})
    assert listed(aurora) == {BOOT: 4}


def test_what_was_scanned_last_stands_first_and_may_be_struck(mari: FlaskClient, aurora: Aurora) -> None:
    mari.post(BASE)
    for sku in (BOOT, "RANNIK-AMBER-43", BOOT):
        mari.post(BASE, data={"sku": sku})
    assert list(listed(aurora)) == [BOOT, "RANNIK-AMBER-43"]
    mari.post(f"{BASE}/remove/{BOOT}")
    assert list(listed(aurora)) == ["RANNIK-AMBER-43"]
    mari.post(f"{BASE}/clear")
    assert mari.post(f"{BASE}/save").status_code == 422, "an empty list is nothing to save"
    assert "StockCounted" not in aurora.kinds()


@pytest.mark.parametrize("attempt", ["", "/reason", f"/pieces/{BOOT}", f"/remove/{BOOT}", "/clear", "/save"])
def test_without_signing_in_nothing_is_counted(client: FlaskClient, aurora: Aurora, attempt: str) -> None:
    answer = client.post(BASE + attempt, data={"pieces": "1", "sku": BOOT, "reason": "sold"})
    assert (answer.status_code, listed(aurora)) == (422, {})


def test_a_full_disk_is_said_and_the_list_stays(mari: FlaskClient, aurora: Aurora) -> None:
    mari.post(f"{BASE}/pieces/{BOOT}", data={"pieces": "4"})
    mari.post(BASE)
    aurora.fill_the_disk()
    answer = mari.post(f"{BASE}/save")
    assert (answer.status_code, listed(aurora), here(aurora)) == (422, {BOOT: 4}, 5)
    assert "could not be kept" in answer.get_data(as_text=True)


def shown(client: FlaskClient) -> str:
    return html.unescape(client.get("/s/staff").get_data(as_text=True))


LABELS = "/s/staff/staff/tally/labels"


def test_labels_are_made_of_what_was_scanned(mari: FlaskClient, aurora: Aurora) -> None:
    mari.post(LABELS)
    scan(aurora, 2)
    answer = mari.get("/s/staff/staff/labels/roll-62x40.pdf")
    assert (answer.mimetype, answer.data[:5], answer.data.count(b"/Type /Page\n")) == ("application/pdf", b"%PDF-", 2)
    assert "a4-21.pdf" in shown(mari)
    assert "StockCounted" not in aurora.kinds()


def test_labels_are_for_who_is_signed_in_and_of_a_list_that_can_be_printed(mari: FlaskClient) -> None:
    path = "/s/staff/staff/labels/a4-21.pdf"
    assert mari.get(path).status_code == 422, "nothing is on the list"
    mari.post(f"{LABELS}/pieces/{BOOT}", data={"pieces": "501"})
    assert mari.get(path).status_code == 422
    assert 'data-test="too-many"' in mari.post(LABELS).get_data(as_text=True)
    assert mari.get("/s/staff/staff/labels/a3.pdf").status_code == 404
    assert mari.application.test_client().get(path).status_code == 403
