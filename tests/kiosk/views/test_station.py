import base64

import pytest
from flask.testing import FlaskClient

from tests.kiosk.aurora import Aurora

BOOT = "RANNIK-AMBER-42"


def test_the_first_page_lists_the_stations(client: FlaskClient) -> None:
    page = client.get("/").text
    assert all(f'href="/s/{station}"' in page for station in ("wall", "tablet", "staff"))


@pytest.mark.parametrize("path", ["/s/nobody", "/s/nobody/stream", "/s/nobody/state.json", "/s/nobody/sync"])
def test_an_unknown_station_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["show/browse", "scan", "done", "touch", "send", "language", "basket/lines", "more"])
def test_nothing_can_be_posted_for_an_unknown_station(client: FlaskClient, path: str) -> None:
    assert client.post(f"/s/nobody/{path}").status_code == 404


def test_a_touch_on_a_size_shows_its_variant_and_is_remembered(aurora: Aurora, client: FlaskClient) -> None:
    answer = client.post("/s/wall/size", data={"sku": "RANNIK-AMBER-43", "size": "43"})
    assert 'data-sku="RANNIK-AMBER-43"' in answer.text
    visit = aurora.shop.visit("wall")
    assert visit
    assert visit.size == "43"


def test_an_article_that_is_not_sold_is_refused_on_the_screen(client: FlaskClient) -> None:
    answer = client.post("/s/wall/show/article", data={"sku": "NO-SUCH"})
    assert answer.status_code == 422
    assert "no longer in the shop" in answer.text


def test_a_screen_that_does_not_exist_is_not_found(client: FlaskClient) -> None:
    assert client.post("/s/wall/show/secrets").status_code == 404


def test_a_language_the_shop_does_not_speak_is_refused(client: FlaskClient) -> None:
    assert client.post("/s/wall/language", data={"language": "xx"}).status_code == 422


def test_further_cards_of_a_category_come_in_steps(client: FlaskClient) -> None:
    first = client.post("/s/wall/show/browse").text
    more = client.post("/s/wall/more", data={"category": "", "offset": "24"}).text
    assert first.count('data-test="card"') == 24
    assert more.count('data-test="card"') == 24
    assert set(first.split('data-card="')[1:]).isdisjoint(more.split('data-card="')[1:])
    assert "/more" not in client.post("/s/wall/more", data={"category": "", "offset": "48"}).text


def test_done_ends_the_visit(aurora: Aurora, client: FlaskClient) -> None:
    client.post("/s/wall/basket/lines", data={"sku": BOOT, "fulfilment": "take"})
    assert 'data-screen="attract"' in client.post("/s/wall/done").text
    assert aurora.shop.visit("wall") is None
    assert aurora.kinds()[-1] == "VisitEnded"


@pytest.mark.parametrize("way", ["take", "collect", "ship"])
def test_a_line_is_added_changed_and_removed(aurora: Aurora, client: FlaskClient, way: str) -> None:
    client.post("/s/wall/basket/lines", data={"sku": BOOT, "fulfilment": way})
    client.post(f"/s/wall/basket/lines/{BOOT}", data={"quantity": "3", "fulfilment": way})
    (line,) = aurora.shop.basket("wall").lines
    assert (line.quantity, line.fulfilment) == (3, way)
    assert client.delete(f"/s/wall/basket/lines/{BOOT}").status_code == 200
    assert aurora.shop.basket("wall").lines == ()


def test_a_way_that_does_not_exist_is_a_bad_request(client: FlaskClient) -> None:
    assert client.post("/s/wall/basket/lines", data={"sku": BOOT, "fulfilment": "steal"}).status_code == 400


def test_on_a_full_disk_looking_around_goes_on_and_a_basket_is_refused_in_plain_words(
    aurora: Aurora, client: FlaskClient
) -> None:
    aurora.shop.add_line("wall", BOOT)
    aurora.fill_the_disk()
    assert 'data-screen="browse"' in client.post("/s/wall/show/browse").text
    assert client.post("/s/wall/scan", json={"text": "9506000100043"}).json == {"screen": "article", "sku": BOOT}
    refused = client.post("/s/wall/basket/lines", data={"sku": BOOT, "fulfilment": "take"})
    assert refused.status_code == 422
    assert "Please ask a member of staff" in refused.text
    assert aurora.shop.basket("wall").count == 1


@pytest.mark.parametrize(
    ("mail", "said"),
    [("", "type your mail"), ("anna", "has an @"), ("anna@", "not complete"), ("anna@gmail", "not complete")],
)
def test_an_address_that_cannot_be_one_is_refused_in_plain_words(
    aurora: Aurora, client: FlaskClient, mail: str, said: str
) -> None:
    aurora.shop.add_line("wall", BOOT)
    client.post("/s/wall/show/send")
    answer = client.post("/s/wall/send", data={"mail": mail})
    assert answer.status_code == 422
    assert said in answer.text
    assert "BasketSent" not in aurora.kinds()


def test_a_basket_is_sent_with_both_answers(aurora: Aurora, client: FlaskClient) -> None:
    aurora.shop.add_line("wall", BOOT)
    answer = client.post("/s/wall/send", data={"mail": "anna@example.ee", "consent": "profiling"})
    assert 'data-test="sent-later"' in answer.text
    (sent,) = aurora.bodies("BasketSent")
    assert '"purpose":"marketing","granted":false' in sent
    assert '"purpose":"profiling","granted":true' in sent


@pytest.mark.parametrize(
    "body", [{}, {"data": "%%%"}, {"text": 7}, [], "x", {"data": base64.b64encode(b"x" * 9000).decode()}]
)
def test_a_scan_that_is_none_is_refused(aurora: Aurora, client: FlaskClient, body: object) -> None:
    before = aurora.kinds()
    assert client.post("/s/wall/scan", json=body).status_code in (400, 413)
    assert aurora.kinds() == before


def test_a_scan_may_be_text_or_bytes(client: FlaskClient) -> None:
    for body in ({"text": "9506000100043"}, {"data": base64.b64encode(b"9506000100043").decode()}):
        assert client.post("/s/wall/scan", json=body).json == {"screen": "article", "sku": BOOT}
    assert client.post("/s/wall/scan", json={"text": "4006381333931"}).json == {"screen": "unknown", "sku": None}


def test_the_status_is_given_to_programs(client: FlaskClient) -> None:
    status = client.get("/status.json").get_json()
    assert status["store"] == "aurora-tallinn"
    assert status["waiting"] == status["head"] - status["confirmed"]
    assert status["catalogue"] == {"epoch": 1, "n": 1}


def test_what_is_collected_elsewhere_names_that_shop_on_the_screen(aurora: Aurora, client: FlaskClient) -> None:
    shown = client.post("/s/wall/basket/lines", data={"sku": BOOT, "fulfilment": "collect:aurora-tartu"}).text
    assert 'value="collect:aurora-tartu" checked' in shown
    client.post(f"/s/wall/basket/lines/{BOOT}", data={"quantity": "2", "fulfilment": "collect"})
    (line,) = aurora.shop.basket("wall").lines
    assert (line.quantity, line.store) == (2, "aurora-tartu")
    basket = client.post("/s/wall/show/basket").text
    assert "Collect at Aurora Tartu" in basket and "Collect at Aurora Tallinn" not in basket
    client.post(f"/s/wall/basket/lines/{BOOT}", data={"quantity": "2", "fulfilment": "take"})
    assert aurora.shop.basket("wall").lines[0].store == ""


def test_nothing_is_collected_at_a_shop_that_there_is_not(client: FlaskClient) -> None:
    assert client.post("/s/wall/basket/lines", data={"sku": BOOT, "fulfilment": "collect:web"}).status_code != 200
