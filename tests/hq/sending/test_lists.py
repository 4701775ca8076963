"""Audiences whole and in the clear, to an address of the retailer's own: signed, judged, replaced."""

import hmac
import json
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

import pytest
from flask import Flask, Response, request
from sqlalchemy import Connection
from werkzeug.serving import make_server

from hq import decisions, people
from hq.audience import goods
from hq.config_file import parse
from hq.config_marketing import Destination
from hq.errors import ConfigError
from hq.exports import members
from hq.exports.whole import write_whole
from hq.sending.sends import DONE, FAILED, send
from hq.service import Hq
from tests.hq.sending.conftest import BASKETS, PACE, basket, profile
from tests.hq.sending.platform import TOKEN
from tests.ports import free_port

SARAH, JAAN = "sarah@example.com", "jaan@example.com"


@dataclass
class Own:
    """The retailer's own program."""

    url: str
    lists: list[tuple[str, str, str]] = field(default_factory=list)
    """Each with its audience, its type and what it says."""
    answers: list[int] = field(default_factory=list)
    """To the next requests, before it takes any."""
    meanwhile: Callable[[], object] | None = None
    """What happens at HQ while the next request is refused."""

    def take(self) -> Response:
        octets = request.get_data()
        right = b64encode(hmac.digest(TOKEN.encode(), octets, "sha256")).decode()
        if not hmac.compare_digest(right, request.headers["X-Tote-Signature"]):
            return Response(status=401)
        if self.answers:
            if self.meanwhile:
                self.meanwhile()
                self.meanwhile = None
            return Response(status=self.answers.pop(0))
        self.lists.append((request.headers["X-Tote-Audience"], request.mimetype, octets.decode()))
        return Response(status=204)


@pytest.fixture(scope="module")
def served() -> Iterator[Own]:
    port, app = free_port(), Flask("own")
    own = Own(f"http://127.0.0.1:{port}/list")
    app.add_url_rule("/list", "list", own.take, methods=["POST"])
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield own
    server.shutdown()
    thread.join()


@pytest.fixture
def own(served: Own) -> Own:
    served.lists.clear()
    served.answers.clear()
    return served


@pytest.fixture
def to(own: Own, tmp_path: Path) -> Callable[[str], Destination]:
    (tmp_path / "secret").write_text(f"{TOKEN}\n")

    def made(form: str) -> Destination:
        secret = str(tmp_path / "secret")
        return Destination(name=form, platform=form, audience="baskets", token_file=secret, url=own.url)

    return made


def test_a_list_has_everybody_with_their_articles_and_replaces_the_one_before(
    hq: Hq, own: Own, to: Callable[[str], Destination]
) -> None:
    for mail in (SARAH, JAAN):
        basket(hq, mail)
    basket(hq, "no@example.com", granted=False)
    sent = send(hq, to("json"), pace=PACE)
    assert (sent.state, sent.added, sent.removed) == (DONE, 2, 0)
    decisions.withdraw(hq, profile(hq, SARAH), how="mail-link")
    assert send(hq, to("json"), pace=PACE).added == 1
    decisions.erase(hq, profile(hq, JAAN))
    assert send(hq, to("json"), pace=PACE).added == 0
    rows = [[json.loads(row) for row in text.splitlines()] for _, _, text in own.lists]
    assert [sorted(mail for row in some for mail in row["mails"]) for some in rows] == [[JAAN, SARAH], [JAAN], []]
    assert [one["sku"] for one in rows[0][0]["articles"]] == ["BOOT-42"]
    assert {(audience, kind) for audience, kind, _ in own.lists} == {("baskets", "application/x-ndjson")}


def test_a_csv_is_sent_again_after_what_may_pass_and_not_after_a_refusal(
    hq: Hq, own: Own, to: Callable[[str], Destination]
) -> None:
    basket(hq, SARAH)
    own.answers[:] = [503, 429]
    assert send(hq, to("csv"), pace=PACE).state == DONE
    ((audience, kind, text),) = own.lists
    assert (audience, kind) == ("baskets", "text/csv")
    header, row = text.splitlines()
    assert header.startswith('"profile","language","mail"') and SARAH in row and "BOOT-42" in row
    own.answers[:] = [400]
    sent = send(hq, to("csv"), pace=PACE)
    assert (sent.state, sent.error) == (FAILED, "csv answers 400")


def test_who_withdraws_while_the_file_is_refused_is_not_in_the_one_that_is_sent_again(
    hq: Hq, own: Own, to: Callable[[str], Destination]
) -> None:
    for mail in (SARAH, JAAN):
        basket(hq, mail)
    own.answers[:] = [503]
    own.meanwhile = lambda: decisions.unsubscribe(hq, profile(hq, SARAH), how="mail-link")
    assert send(hq, to("json"), pace=PACE).added == 1
    ((_, _, text),) = own.lists
    assert JAAN in text and SARAH not in text


@pytest.mark.parametrize("first", [True, False], ids=["already written", "not yet written"])
def test_who_withdraws_while_the_file_is_written_is_not_in_it(
    hq: Hq, monkeypatch: pytest.MonkeyPatch, first: bool
) -> None:
    mails = [f"{n}@example.com" for n in range(3)]
    for mail in mails:
        basket(hq, mail)
    goods.follow(hq)
    monkeypatch.setattr(members, "AT_ONCE", 1)
    persons = sorted(profile(hq, mail) for mail in mails)
    goes, real, asked = persons[0 if first else 2], people.identities, list[str]()

    def withdraws(connection: Connection, person: str) -> list[people.Identity]:
        asked.append(person)
        if len(asked) == 2:
            decisions.unsubscribe(hq, goes, how="mail-link")
        return real(connection, person)

    monkeypatch.setattr(people, "identities", withdraws)
    file = StringIO()
    assert write_whole(hq, "csv", BASKETS, file).people == 2
    assert [person for person in persons if person not in file.getvalue()] == [goes]


def test_a_dry_run_counts_and_asks_nobody_and_nothing_of_a_list_is_left(
    hq: Hq, own: Own, to: Callable[[str], Destination]
) -> None:
    basket(hq, SARAH)
    before = sorted(hq.dir.iterdir())
    sent = send(hq, to("csv"), dry_run=True)
    assert (sent.state, sent.added, own.lists) == ("dry-run", 1, [])
    send(hq, to("csv"), pace=PACE)
    assert [path for path in sorted(hq.dir.iterdir()) if path not in before and path.suffix != ".lock"] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('audience = "buyers"', "url is missing"),
        ('audience = "buyers"\nurl = "http://shop.example/list"', "url must begin with https://"),
        ('url = "https://shop.example/list"', "audience '' is none of"),
    ],
)
def test_an_address_that_makes_no_sense_stops_the_start(text: str, words: str) -> None:
    with pytest.raises(ConfigError) as error:
        parse(f'[[destination]]\nname = "own"\nplatform = "csv"\n{text}\n')
    assert words in str(error.value)
