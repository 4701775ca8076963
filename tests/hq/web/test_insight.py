"""The pages of insight and journeys: what they show, to whom, and pausing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from hq import accounts
from hq.accounts import sessions
from hq.exports.sheet import sheet
from hq.outcomes import following
from hq.web import create_app
from hq.web.staff.gate import COOKIE
from tests.hq.insight.test_counting import searched
from tests.hq.journeys import shopping as scene
from tests.hq.journeys.shopping import JAAN, MARI, Shopping


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Shopping]:
    there = scene.shopping(tmp_path / "hq")
    there.sends(MARI, "BOOT-42")
    there.asks_for(JAAN, "BOOT-43")
    yield there
    there.hq.close()


@pytest.fixture
def client(there: Shopping) -> FlaskClient:
    return create_app(there.hq).test_client()


def signed_in(there: Shopping, role: str) -> FlaskClient:
    with there.hq.engine.begin() as connection:
        accounts.add(connection, role, (role,), at=0)
        token = sessions.begin(connection, role, at=there.clock.now)
    client = create_app(there.hq).test_client()
    client.set_cookie(COOKIE, token)
    return client


def test_the_page_of_insight_tells_what_was_sent_missed_and_sought_in_vain(
    client: FlaskClient, there: Shopping
) -> None:
    there._tell(searched("=HYPERLINK(1)", 0), "")
    following.follow(there.hq.engine)
    text = client.get("/insight?period=week").text
    assert "1 person" in text and "Trail boot" in text and "=hyperlink(1)" in text
    csv = client.get("/insight/searches.csv?period=week")
    assert csv.mimetype == "text/csv"
    assert csv.text.splitlines()[1] == '"\'=hyperlink(1)",1,1,0'
    assert client.get("/insight/stations.csv").text.splitlines()[1].startswith('"aurora-tallinn","wall",0,0,1,0')
    assert client.get("/insight/people.csv").status_code == 404


def test_who_bought_what_they_missed_is_told_from_who_did_not(client: FlaskClient, there: Shopping) -> None:
    there.asks_for(MARI, "BOOT-43")
    there.buys(MARI, "BOOT-43")
    rows = client.get("/insight/missed.csv?period=week").text.splitlines()
    assert rows[1].startswith('"BOOT-43",') and rows[1].endswith(",2,0,1")


def test_no_cell_is_a_formula() -> None:
    told = sheet(("a", "b"), [("=1", 1), ("-1", -1), ("x;=1", 2), ("\n=1", 3), ("＝1", 4)])
    assert told.split("\r\n")[:-1] == ['"a","b"', '"\'=1",1', '"\'-1",-1', '"x;=1",2', '"\'\n=1",3', '"\'＝1",4']


def test_the_page_of_a_journey_tells_its_words_and_who_is_in_it(client: FlaskClient, there: Shopping) -> None:
    there.rounds()
    listed = client.get("/journeys").text
    assert "5 journeys on" in listed and "a basket was sent" in listed
    assert "As soon as a friend whom they brought bought" in listed
    text = client.get("/journeys/basket-reminder").text
    assert there.profile(MARI) in text and "Noch in deinem" in text
    assert client.get("/journeys/no-such").status_code == 404


def test_a_marketer_pauses_and_it_is_said_who_did(there: Shopping) -> None:
    marketer, merchandiser = signed_in(there, "marketer"), signed_in(there, "merchandiser")
    page = "/journeys/basket-reminder"
    assert "Pause it" in marketer.get(page).text and "Pause it" not in merchandiser.get(page).text
    assert merchandiser.post(page, data={"action": "pause"}).status_code == 403
    assert marketer.post(page, data={"action": "no such"}).status_code == 400
    assert marketer.post(page, data={"action": "pause"}).headers["Location"] == page
    told = merchandiser.get(page).text
    assert "Paused" in told and "marketer" in told
    assert "Paused" in marketer.get("/journeys").text
    marketer.post(page, data={"action": "resume"})
    assert "Let it go on" not in marketer.get(page).text


def test_who_is_in_a_journey_is_for_those_who_may_see_people_and_each_look_is_noted(there: Shopping) -> None:
    there.rounds()
    mari, page = there.profile(MARI), "/journeys/basket-reminder"
    assert mari[:8] not in signed_in(there, "merchandiser").get(page).text
    assert [entry for entry in there.hq.journal.entries() if entry.kind == "looked"] == []
    assert mari in signed_in(there, "marketer").get(page).text
    looks = [entry for entry in there.hq.journal.entries() if entry.kind == "looked" and entry.subject == mari]
    assert [(look.body["by"], look.body["how"]) for look in looks] == [("marketer", "journey")]


@pytest.mark.parametrize(
    ("role", "may"), [("marketer", 200), ("merchandiser", 200), ("operator", 403), ("support", 403)]
)
def test_each_role_opens_its_own(there: Shopping, role: str, may: int) -> None:
    client = signed_in(there, role)
    assert [client.get(path).status_code for path in ("/insight", "/journeys", "/insight/missed.csv")] == [may] * 3
