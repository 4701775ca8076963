"""A phone opens the code of a station: before the log, after it, twice, changed; and what is no code of ours."""

import json
import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from edge.codes.shared_basket import read, shared
from edge.domain.basket import Basket
from hq import decisions, directives, links, stores
from hq.service import Hq
from hq.store import tables
from hq.web import create_app
from sync.codec import new_signing_pair
from tests.hq.boxes import DAY, NOW, STORE, Box, box_of
from tests.hq.shopper import Shopper

PEOPLE = (tables.profile, tables.identity, tables.consent, tables.web_visit, tables.mail, tables.basket)
Lines = dict[str, int]


@pytest.fixture
def hq(showroom: Hq) -> Hq:
    with showroom.engine.begin() as connection:
        stores.register(connection, STORE)
        stores.register(connection, "aurora-tartu")
    return replace(showroom, clock=lambda: NOW)


@pytest.fixture
def client(hq: Hq) -> FlaskClient:
    return create_app(hq).test_client()


@pytest.fixture
def shopper(hq: Hq) -> Shopper:
    """HQ knows the key of their box; then the line goes down."""
    shopper = Shopper(box_of(hq))
    shopper.announce()
    shopper.line_up(hq)
    return shopper


def opened(client: FlaskClient, path: str) -> str:
    """The address of the basket that a code opens."""
    answer = client.get(path)
    assert answer.status_code == 303, answer.text
    assert "Set-Cookie" not in answer.headers
    return answer.headers["Location"]


def lines(client: FlaskClient, page: str) -> Lines:
    parts = client.get(page).text.split('data-sku="')[1:]
    return {part.split('"')[0]: int(re.findall(r'class="number"[^>]*>(\d+)<', part)[0]) for part in parts}


def test_the_phone_shows_how_each_article_comes_home(client: FlaskClient, shopper: Shopper) -> None:
    shopper.add("BOOT-41")
    shopper.add("BOOT-42")
    shopper.change("BOOT-42", 1)
    assert comes_home(client, opened(client, shopper.shown())) == ["take", "ship"]


def comes_home(client: FlaskClient, page: str) -> list[str]:
    return re.findall(r'data-test="(take|collect|ship)" aria-pressed="true"', client.get(page).text)


def choose(client: FlaskClient, page: str, sku: str, quantity: object) -> None:
    answer = client.post(page.split("?")[0] + "/lines", data={"sku": sku, "quantity": str(quantity)})
    assert answer.status_code == 303


def choose_way(client: FlaskClient, page: str, sku: str, way: str) -> None:
    answer = client.post(page.split("?")[0] + "/lines", data={"sku": sku, "fulfilment": way})
    assert answer.status_code == 303


def count(hq: Hq, table: object) -> int:
    with hq.reading() as reading:
        return int(reading.scalar(select(func.count()).select_from(table)) or 0)  # type: ignore[arg-type]


# ---- while the line is down --------------------


def test_the_basket_opens_before_the_log_has_come(client: FlaskClient, hq: Hq, shopper: Shopper) -> None:
    shopper.add("BOOT-42", 2, price=17900)
    shopper.add("COAT-M")
    page = opened(client, shopper.shown())
    assert lines(client, page) == {"BOOT-42": 2, "COAT-M": 1}
    text = client.get(page).text
    for said in ("Fjell trail boot", "€378.00", "€179.00 when you added it", "Only 2 left in Aurora Tallinn"):
        assert said in text
    assert count(hq, tables.event) == 1  # the key


def test_opening_grants_no_identity(client: FlaskClient, hq: Hq, shopper: Shopper) -> None:
    shopper.add("BOOT-42")
    page = opened(client, shopper.shown())
    client.set_cookie("tote", "made-up", domain="localhost")
    shown = client.get(page)
    assert "Set-Cookie" not in shown.headers
    assert 'name="marketing"' not in shown.text
    assert 'name="profiling"' not in shown.text
    assert client.post(page.split("?")[0] + "/consents", data={"profiling": "yes"}).status_code == 404
    shopper.line_up(hq)
    assert [count(hq, table) for table in PEOPLE] == [0] * len(PEOPLE)


def test_the_page_speaks_the_phones_language(client: FlaskClient, shopper: Shopper) -> None:
    shopper.add("BOOT-42")
    answer = client.get(shopper.shown(), headers={"Accept-Language": "de-AT,de;q=0.9"})
    assert "Dein Warenkorb" in client.get(answer.headers["Location"]).text


def test_an_article_that_hq_does_not_know_is_in_the_basket_all_the_same(client: FlaskClient, shopper: Shopper) -> None:
    shopper.add("<b>NEW</b>")
    text = client.get(opened(client, shopper.shown())).text
    assert "&lt;b&gt;NEW&lt;/b&gt;" in text
    assert "No longer offered" in text


# ---- when the log arrives --------------------


def test_the_log_that_arrives_later_is_history_up_to_the_code_and_applies_beyond_it_once(
    client: FlaskClient, hq: Hq, shopper: Shopper
) -> None:
    shopper.add("BOOT-42", 3)
    shopper.change("BOOT-42", 1)
    shopper.add("COAT-M")
    page = opened(client, code := shopper.shown())
    shopper.add("POT-1", 2)
    shopper.add("BOOT-42")
    shopper.remove("COAT-M")
    assert lines(client, page) == {"BOOT-42": 1, "COAT-M": 1}
    shopper.line_up(hq)
    assert lines(client, page) == {"BOOT-42": 2, "POT-1": 2}
    again = Shopper(shopper.box)
    again.line_up(hq)  # the whole log once more
    assert opened(client, code) == page
    assert lines(client, page) == {"BOOT-42": 2, "POT-1": 2}
    assert count(hq, tables.shared_basket) == 1


def test_a_log_cut_into_single_events_comes_to_the_same(client: FlaskClient, hq: Hq, shopper: Shopper) -> None:
    steps = [
        lambda: shopper.add("BOOT-42"),
        lambda: shopper.add("COAT-M", 2),
        shopper.shown,
        lambda: shopper.change("COAT-M", 5),
        lambda: shopper.remove("BOOT-42"),
    ]
    for step in steps:
        step()
        shopper.line_up(hq)
    with hq.reading() as reading:
        (row,) = reading.execute(select(tables.shared_basket))
    assert row.opened is None
    assert '"quantity":5' in row.lines
    assert "BOOT-42" not in row.lines


def test_a_code_opened_after_its_log_shows_what_the_store_has_by_now(
    client: FlaskClient, hq: Hq, shopper: Shopper
) -> None:
    shopper.add("BOOT-42")
    code = shopper.shown()
    shopper.add("POT-1")
    shopper.line_up(hq)
    assert lines(client, opened(client, code)) == {"BOOT-42": 1, "POT-1": 1}


def test_a_newer_code_of_the_same_basket_carries_it_on_and_the_older_one_does_not_bring_it_back(
    client: FlaskClient, hq: Hq, shopper: Shopper
) -> None:
    shopper.add("BOOT-42")
    first = shopper.shown()
    shopper.box.clock += 60_000
    shopper.add("COAT-M")
    second = shopper.shown()
    page = opened(client, first)
    assert lines(client, page) == {"BOOT-42": 1}
    assert opened(client, second) == page
    assert lines(client, page) == {"BOOT-42": 1, "COAT-M": 1}
    opened(client, first)
    assert lines(client, page) == {"BOOT-42": 1, "COAT-M": 1}
    shopper.add("POT-1")
    shopper.line_up(hq)
    assert lines(client, page) == {"BOOT-42": 1, "COAT-M": 1, "POT-1": 1}
    opened(client, first)
    assert lines(client, page) == {"BOOT-42": 1, "COAT-M": 1, "POT-1": 1}


def test_a_box_whose_clock_was_set_back_merges_by_the_numbers_of_its_log(
    client: FlaskClient, hq: Hq, shopper: Shopper
) -> None:
    shopper.add("BOOT-42")
    first = shopper.shown()
    shopper.box.clock -= DAY
    shopper.add("COAT-M")
    shopper.line_up(hq)
    assert lines(client, opened(client, first)) == {"BOOT-42": 1, "COAT-M": 1}


def test_of_two_stores_that_name_one_basket_each_has_its_own(client: FlaskClient, hq: Hq, shopper: Shopper) -> None:
    other = Shopper(Box(seal_key=b"", store="aurora-tartu"), seed=bytes(32), basket=Basket(id=shopper.basket.id))
    other.announce()
    other.line_up(hq)
    shopper.add("BOOT-42")
    other.add("COAT-M")
    mine, theirs = opened(client, shopper.shown()), opened(client, other.shown())
    other.remove("COAT-M")
    other.line_up(hq)
    assert lines(client, mine) == {"BOOT-42": 1}
    assert lines(client, theirs) == {}


# ---- what was changed on the phone --------------------


def test_what_was_changed_on_the_phone_wins_line_by_line(client: FlaskClient, hq: Hq, shopper: Shopper) -> None:
    for sku in ("BOOT-42", "COAT-M", "POT-1", "SCARF-1"):
        shopper.add(sku)
    page = opened(client, shopper.shown())
    choose(client, page, "BOOT-42", 3)
    choose(client, page, "COAT-M", 0)
    choose(client, page, "SCARF-1", 2)
    shopper.change("BOOT-42", 7)
    shopper.add("COAT-M")
    shopper.change("POT-1", 4)
    shopper.remove("SCARF-1")
    shopper.line_up(hq)
    assert lines(client, page) == {"BOOT-42": 3, "POT-1": 4, "SCARF-1": 2}
    shopper.box.clock += 60_000
    assert opened(client, shopper.shown()) == page
    assert lines(client, page) == {"BOOT-42": 3, "POT-1": 4, "SCARF-1": 2}


def test_what_was_taken_out_can_be_put_back(client: FlaskClient, shopper: Shopper) -> None:
    shopper.add("BOOT-42", 2)
    page = opened(client, shopper.shown())
    choose(client, page, "BOOT-42", 0)
    text = client.get(page).text
    assert "Fjell trail boot is out of your basket." in text
    assert lines(client, page) == {}
    choose(client, page, "BOOT-42", re.findall(r'value="(\d+)" data-test="put-back"', text)[0])
    assert lines(client, page) == {"BOOT-42": 2}


@pytest.mark.parametrize("quantity", ["", "-1", "100", "1e3", "9" * 400, "x", "٣"])
def test_a_quantity_that_makes_no_sense_changes_nothing(client: FlaskClient, shopper: Shopper, quantity: str) -> None:
    shopper.add("BOOT-42")
    page = opened(client, shopper.shown())
    before = lines(client, page)
    choose(client, page, "BOOT-42", quantity)
    choose(client, page, "CHAIR-1", 2)
    choose(client, page, "BOOT-42\0", 2)
    if quantity != "٣":  # Python reads it as 3, and so do we
        assert lines(client, page) == before


def test_a_change_is_journalled_and_holds_after_a_restore_though_the_basket_comes_back_later(
    client: FlaskClient, hq: Hq, shopper: Shopper
) -> None:
    shopper.add("BOOT-42")
    shopper.add("COAT-M")
    page = opened(client, shopper.shown())
    choose(client, page, "BOOT-42", 5)
    choose_way(client, page, "COAT-M", "ship")
    with hq.engine.begin() as connection:
        for table in (tables.shared_basket, tables.shared_choice, tables.decision):
            connection.execute(table.delete())
    assert client.get(page).status_code == 404
    decisions.catch_up(hq.journal, hq.engine)
    shopper.line_up(hq)
    assert lines(client, page) == {"BOOT-42": 5, "COAT-M": 1}
    assert comes_home(client, page) == ["take", "ship"]


def test_how_an_article_comes_home_is_chosen_on_the_phone_and_wins_over_the_store(
    client: FlaskClient, hq: Hq, shopper: Shopper
) -> None:
    shopper.add("BOOT-42")
    shopper.add("COAT-M")
    page = opened(client, shopper.shown())
    choose_way(client, page, "BOOT-42", "collect")
    assert comes_home(client, page) == ["collect", "take"]
    assert "To collect in Aurora Tallinn. Our staff there hears of it" in client.get(page).text
    choose(client, page, "BOOT-42", 2)
    assert comes_home(client, page)[0] == "collect"
    shopper.change("BOOT-42", 5)  # which also says that it is to be sent
    shopper.line_up(hq)
    assert comes_home(client, page) == ["collect", "take"]
    assert lines(client, page) == {"BOOT-42": 2, "COAT-M": 1}
    choose_way(client, page, "BOOT-42", "take")
    text = client.get(page).text
    assert comes_home(client, page) == ["take", "take"]
    assert "Our staff there" not in text and 'data-test="by-way"' not in text


@pytest.mark.parametrize("way", ["", "fly", "take", "Collect", "collect\0", "ship" * 99])
def test_a_way_home_that_there_is_none_or_that_holds_already_changes_nothing(
    client: FlaskClient, hq: Hq, shopper: Shopper, way: str
) -> None:
    shopper.add("BOOT-42")
    page = opened(client, shopper.shown())
    choose_way(client, page, "BOOT-42", way)
    assert comes_home(client, page) == ["take"]
    assert count(hq, tables.decision) == 0


def test_a_choice_of_before_there_were_ways_home_still_holds(client: FlaskClient, hq: Hq, shopper: Shopper) -> None:
    shopper.add("BOOT-42")
    page = opened(client, shopper.shown())
    basket = links.read(hq.keys.link, "basket", page.split("?")[0].rpartition("/")[2])
    assert basket
    hq.journal.append("basket-changed", basket, sku="BOOT-42", quantity=4)
    decisions.catch_up(hq.journal, hq.engine)
    assert (lines(client, page), comes_home(client, page)) == ({"BOOT-42": 4}, ["take"])


# ---- what is no code of ours --------------------


def test_a_code_that_another_key_signed_is_not_ours(client: FlaskClient, hq: Hq, shopper: Shopper) -> None:
    shopper.add("BOOT-42")
    forged = Shopper(shopper.box, seed=new_signing_pair()[0], basket=shopper.basket).shown()
    answer = client.get(forged)
    assert answer.status_code == 404
    assert "This code is not ours" in answer.text
    assert count(hq, tables.shared_basket) == 0


def test_a_code_of_one_store_is_none_of_another(client: FlaskClient, hq: Hq, shopper: Shopper) -> None:
    shopper.add("BOOT-42")
    for store in ("aurora-tartu", "nowhere"):
        replayed = shopper.code(shared(shopper.basket, store=store, last="a" * 32, at=NOW))
        assert client.get(replayed).status_code == 404
    assert count(hq, tables.shared_basket) == 0


def test_a_code_that_names_another_stores_event_is_refused(client: FlaskClient, hq: Hq, shopper: Shopper) -> None:
    other = Shopper(Box(seal_key=b"", store="aurora-tartu"), seed=bytes(32))
    other.announce()
    other.add("COAT-M")
    other.line_up(hq)
    shopper.add("BOOT-42")
    stolen = shared(shopper.basket, store=STORE, last=other.box.envelopes[-1].id, at=NOW)
    assert "This code is not ours" in client.get(shopper.code(stolen)).text


def test_a_code_is_good_for_thirty_days_by_the_boxs_clock_put_right(
    client: FlaskClient, hq: Hq, shopper: Shopper
) -> None:
    shopper.add("BOOT-42")
    for age, status in ((29 * DAY, 303), (30 * DAY, 303), (30 * DAY + 1, 410), (400 * DAY, 410), (-400 * DAY, 303)):
        code = shopper.code(shared(shopper.basket, store=STORE, last="a" * 32, at=NOW - age))
        assert client.get(code).status_code == status
    shopper.box.clock = NOW - 60 * DAY
    shopper.add("COAT-M")
    shopper.line_up(hq)  # now HQ knows that this box is two months behind
    late = shopper.code(shared(shopper.basket, store=STORE, last="b" * 32, at=NOW - 60 * DAY))
    assert client.get(late).status_code == 303
    old = client.get(shopper.code(shared(shopper.basket, store=STORE, last="c" * 32, at=NOW - 91 * DAY)))
    assert (old.status_code, "This code is too old" in old.text) == (410, True)


def test_a_revoked_box_signs_nothing_more_and_the_next_one_does(client: FlaskClient, hq: Hq, shopper: Shopper) -> None:
    shopper.add("BOOT-42")
    code = shopper.shown()
    with hq.engine.begin() as connection:
        row = {"serial": "1", "store": STORE, "issued": 1, "expires": NOW * 2, "revoked": NOW}
        connection.execute(tables.certificate.insert().values(row))
    assert client.get(code).status_code == 404
    later = replace(hq, clock=lambda: NOW + DAY)
    new = Shopper(Box(seal_key=b"", clock=NOW + DAY), seed=bytes(32))
    new.announce()
    new.line_up(later)
    new.add("COAT-M")
    assert client.get(new.shown()).status_code == 303


def test_hostile_addresses_are_answered_with_a_page_and_leave_nothing(
    client: FlaskClient, hq: Hq, shopper: Shopper
) -> None:
    shopper.add("BOOT-42")
    whole = shopper.shown()
    payload = whole.rpartition("/")[2]
    wrong = [
        "A",
        "A" * 900,
        "A" * 100_000,
        "%00",
        "%F0%9F%98%80",
        "..%2F..",
        payload[:-9],
        payload[:110],
        payload.lower(),
    ]
    wrong += [
        payload + "AAAAAAAA",
        payload + "=",
        payload[:60] + ("B" if payload[60] == "A" else "A") + payload[61:],
        "<script>alert(1)</script>",
    ]
    for code in wrong:
        answer = client.get(f"/q/{code}")
        assert answer.status_code in (404, 414), code
        assert "<script>alert" not in answer.text
    assert client.get("/q/").status_code == 404
    assert client.post(whole).status_code == 405
    assert count(hq, tables.shared_basket) == 0
    assert read(payload)


def test_a_key_that_is_none_goes_into_quarantine(hq: Hq, shopper: Shopper) -> None:
    shopper.box.append('{"public":"<b>"}', kind="SigningKeyMade")
    shopper.line_up(hq)
    assert count(hq, tables.box_key) == 1
    assert count(hq, tables.quarantine) == 1


def test_what_a_phone_took_and_what_it_chose_reaches_the_queues_of_the_stores(
    client: FlaskClient, hq: Hq, shopper: Shopper
) -> None:
    shopper.add("BOOT-42")
    shopper.add("COAT-M", at="aurora-tartu")
    page = opened(client, shopper.shown())
    assert "To collect in Aurora Tartu" in client.get(page).text
    assert directed(hq, "aurora-tartu") == [("GatherBasket", ["COAT-M"])]
    choose_way(client, page, "BOOT-42", "collect")
    assert directed(hq, STORE) == [("ChangeBasket", ["BOOT-42", "COAT-M"])]
    shopper.line_up(hq)
    choose(client, page, "BOOT-42", 0)
    assert directed(hq, STORE) == [("ChangeBasket", ["COAT-M"])]


def directed(hq: Hq, store: str) -> list[tuple[str, list[str]]]:
    with hq.reading() as connection:
        waits = directives.beyond(connection, store, (0, 0), 99)
    return [(one.kind, [line["item"]["sku"] for line in json.loads(one.body)["lines"]]) for one in waits]
