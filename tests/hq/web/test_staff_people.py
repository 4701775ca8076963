"""HQ's page of a person: what may be done there, and that every look is on record."""

from flask.testing import FlaskClient
from sqlalchemy import select

from hq import accounts, dossier, identity, people
from hq.accounts import sessions
from hq.service import Hq
from hq.store import tables
from hq.web.staff.gate import COOKIE, MACHINE
from tests.hq import showroom as shop

PAGE = f"/people/{shop.PROFILE}"


def looks(hq: Hq) -> list[tuple[str, str]]:
    with hq.reading() as connection:
        return [(look["by"], look["how"]) for look in dossier.looks(connection, shop.PROFILE)]


def test_a_look_is_on_record_and_shown_to_the_next(client: FlaskClient, showroom: Hq) -> None:
    shop.send_basket(showroom)
    assert "Nobody before you." in client.get(PAGE).text
    assert looks(showroom) == [(MACHINE, "page")]
    assert "Nobody before you." not in client.get(PAGE).text
    assert client.get("/people/" + "0" * 32).status_code == 404


def test_to_ask_whether_an_address_is_known_is_on_record(client: FlaskClient, showroom: Hq) -> None:
    shop.send_basket(showroom)
    assert client.post("/people", data={"mail": shop.MAIL}).headers["Location"] == PAGE
    assert looks(showroom) == [(MACHINE, "search")]
    assert client.post("/people", data={"mail": "nobody@example.com"}).headers["Location"] == "/people?found=no"
    *_, last = showroom.journal.entries()
    assert last.subject == identity.digest(showroom.keys, "mail", "nobody@example.com")
    assert client.post("/people", data={"mail": "no address"}).headers["Location"] == "/people?found=no"


def test_the_overview_leads_to_people_whom_one_may_see(client: FlaskClient, showroom: Hq) -> None:
    shop.send_basket(showroom)
    assert PAGE in client.get("/").text
    with showroom.engine.begin() as connection:
        accounts.add(connection, "olga", ("operator",), at=0)
        token = sessions.begin(connection, "olga", at=showroom.clock())
    client.set_cookie(COOKIE, token)
    overview = client.get("/")
    assert overview.status_code == 200 and shop.PROFILE not in overview.text


def test_everything_held_is_handed_over_as_a_file(client: FlaskClient, showroom: Hq) -> None:
    shop.send_basket(showroom, language="et")
    answer = client.post(f"{PAGE}/export", data={"form": "html"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="everything.html"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert shop.MAIL in answer.text and "Saadetud korvid" in answer.text
    assert client.post(f"{PAGE}/export", data={"form": "json"}).json["profile"] == shop.PROFILE  # type: ignore[index]
    assert [how for _, how in looks(showroom)] == ["export", "export"]


def test_a_withdrawal_is_written_down_as_hqs(client: FlaskClient, showroom: Hq) -> None:
    shop.send_basket(showroom, consents=("marketing", "profiling"))
    assert "Take back their consent" in client.get(PAGE).text
    assert client.post(f"{PAGE}/withdraw").status_code == 303
    with showroom.reading() as connection:
        answers = people.answers(connection, shop.PROFILE)
    assert {(one.purpose, one.granted, one.how) for one in answers[:2]} == {
        ("marketing", False, "hq"),
        ("profiling", False, "hq"),
    }
    assert "Take back their consent" not in client.get(PAGE).text


def test_a_person_is_forgotten_only_where_it_was_said_twice(client: FlaskClient, showroom: Hq) -> None:
    shop.send_basket(showroom)
    client.post(f"{PAGE}/erase")
    assert client.get(PAGE).status_code == 200
    answer = client.post(f"{PAGE}/erase", data={"sure": "yes"}, follow_redirects=True)
    assert "They are erased" in answer.text
    assert client.get(PAGE).status_code == 404
    with showroom.reading() as connection:
        assert connection.scalar(select(tables.person_key.c.profile)) is None


def test_no_other_page_may_do_it(client: FlaskClient, showroom: Hq) -> None:
    shop.send_basket(showroom)
    for action in ("withdraw", "split", "export", "erase"):
        answer = client.post(f"{PAGE}/{action}", data={"sure": "yes"}, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
        assert client.post("/people/" + "0" * 32 + f"/{action}", data={"sure": "yes"}).status_code == 404
