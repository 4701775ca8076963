"""What somebody at HQ has a box do: on record with who asked, told as a directive, confirmed by the box's own log."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from flask.testing import FlaskClient

from edge.domain.box_state import BoxState, StationState
from edge.domain.directives import LockStation
from edge.domain.events import ActionEnded, DirectivesTaken, Event
from hq import decisions, directives
from hq.authority import records, revocation
from hq.cli import main
from hq.errors import InputError
from hq.fleet import acting, bundles, states
from hq.fleet.acting import Action
from hq.fleet.retiring import retire
from hq.fleet.states import Heard
from hq.ledger import SqlLedger
from hq.line import take
from hq.service import Hq
from hq.web import create_app
from sync import topics
from sync.certificates import proof
from tests.hq.authority.asking import certified
from tests.hq.boxes import STORE, Box
from tests.hq.conftest import Clock


@pytest.fixture(autouse=True)
def reported(hq: Hq) -> None:
    state = BoxState(version="1", stations=(StationState(id="tablet", kind="tablet"),))
    with hq.engine.begin() as connection:
        states.keep(connection, {STORE: Heard(online=True, state=state, at=hq.clock())}, now=hq.clock())


def of(hq: Hq) -> list[Action]:
    with hq.reading() as connection:
        return acting.of_store(connection, STORE)


def says(hq: Hq, ledger: SqlLedger, box: Box, event: Event) -> None:
    first = box.append(event).n
    take(hq, ledger, topics.up(STORE), box.payload(first))


def waiting(hq: Hq) -> list[tuple[str, str]]:
    with hq.reading() as connection:
        return [(one.id, one.kind) for one in directives.beyond(connection, STORE, (0, 0), 10)]


def test_it_is_on_record_and_directed_and_the_boxs_log_says_how_it_went(
    hq: Hq, ledger: SqlLedger, box: Box, clock: Clock
) -> None:
    id_ = acting.ask(hq, STORE, "lock", station="tablet", by="mari")
    assert waiting(hq) == [(id_, "LockStation")]
    (entry,) = [one for one in hq.journal.entries() if one.kind == "box-told"]
    assert (entry.id, entry.subject, entry.body) == (id_, STORE, {"what": "lock", "station": "tablet", "by": "mari"})
    (action,) = of(hq)
    assert (action.by, action.at, action.state) == ("mari", clock.now, "asked")
    says(hq, ledger, box, DirectivesTaken(epoch=1, n=1))
    assert of(hq)[0].state == "told"
    says(hq, ledger, box, ActionEnded(action=id_, done=False, why="it is no station"))
    assert (of(hq)[0].state, of(hq)[0].why) == ("failed", "it is no station")


def test_a_restored_hq_directs_the_same_under_the_same_id(hq: Hq) -> None:
    id_ = acting.ask(hq, STORE, "lock", station="tablet", by="mari")
    with hq.engine.begin() as connection:
        meant = directives.beyond(connection, STORE, (0, 0), 1)[0]
        for table in ("decision", "directive", "box_action"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    decisions.catch_up(hq.journal, hq.engine)
    assert waiting(hq) == [(id_, "LockStation")] and [one.id for one in of(hq)] == [id_]
    assert msgspec.json.decode(meant.body, type=LockStation) == LockStation(action=id_, station="tablet", locked=True)


def test_a_later_wish_takes_the_place_of_one_the_box_has_not_heard(hq: Hq) -> None:
    acting.ask(hq, STORE, "lock", station="tablet", by="mari")
    last = acting.ask(hq, STORE, "unlock", station="tablet", by="jaan")
    assert waiting(hq) == [(last, "LockStation")]
    assert sorted(one.state for one in of(hq)) == ["asked", "replaced"]


def test_a_box_of_an_older_version_does_not_know_how(hq: Hq, ledger: SqlLedger, box: Box) -> None:
    id_ = acting.ask(hq, STORE, "fetch", by="mari")
    says(hq, ledger, box, DirectivesTaken(epoch=1, n=1, refused=(id_,)))
    assert of(hq)[0].state == "refused" and "update it" in of(hq)[0].why


def test_one_box_ends_nothing_of_another(hq: Hq, ledger: SqlLedger, box: Box) -> None:
    acting.ask(hq, STORE, "fetch", by="mari")
    says(hq, ledger, box, ActionEnded(action="f" * 32, done=True))
    with hq.engine.begin() as connection:
        acting.ended(connection, "boreal-riga", of(hq)[0].id, done=True, why="", at=1)
    assert of(hq)[0].state == "asked"


@pytest.mark.parametrize(
    ("store", "what", "station", "words"),
    [
        ("nowhere", "fetch", "", "not known here"),
        (STORE, "explode", "", "no action"),
        (STORE, "lock", "", "knows no station"),
        (STORE, "lock", "wall", "knows no station 'wall': tablet"),
        (STORE, "restart", "wall", "knows no station"),
    ],
)
def test_what_makes_no_sense_is_refused_and_not_recorded(
    hq: Hq, store: str, what: str, station: str, words: str
) -> None:
    with pytest.raises(InputError, match=re.escape(words)):
        acting.ask(hq, store, what, station=station, by="mari")
    assert of(hq) == [] and waiting(hq) == []


# ---- bundles ---------------------------------------------------------------------------------------------------------

OCTETS = b"\x1f\x8b a bundle"


def headers(
    folder: Path, action: str, *, octets: bytes = OCTETS, store: str = STORE, key: str = STORE
) -> dict[str, str]:
    signed = proof((folder / f"{key}.key").read_bytes(), store, action, sha256(octets).hexdigest())
    shown = (folder / f"{key}.crt").read_bytes()
    return {"X-Tote-Certificate": b64encode(shown).decode(), "X-Tote-Proof": b64encode(signed).decode()}


@pytest.fixture
def client(hq: Hq) -> FlaskClient:
    return create_app(hq).test_client()


def test_a_bundle_comes_with_the_boxs_certificate_and_is_handed_out(
    hq: Hq, client: FlaskClient, tmp_path: Path, ledger: SqlLedger, box: Box
) -> None:
    certified(hq, STORE, tmp_path)
    id_ = acting.ask(hq, STORE, "bundle", by="mari")
    url = f"/boxes/{STORE}/bundles/{id_}"
    answer = client.post(url, data=OCTETS, headers=headers(tmp_path, id_))
    assert answer.status_code == 200, answer.text
    assert bundles.path_of(hq, STORE, id_).read_bytes() == OCTETS
    assert bundles.path_of(hq, STORE, id_).stat().st_mode & 0o777 == 0o600
    page = client.get(f"/fleet/{STORE}").text
    assert f"/fleet/{STORE}/bundles/{id_}" in page
    with client.get(f"/fleet/{STORE}/bundles/{id_}") as handed:
        assert handed.data == OCTETS
    says(hq, ledger, box, ActionEnded(action=id_, done=True))
    assert client.post(url, data=OCTETS, headers=headers(tmp_path, id_)).status_code == 403, "it came already"


def test_a_bundle_that_is_not_by_that_box_or_that_nobody_asked_for_is_refused(
    hq: Hq, client: FlaskClient, tmp_path: Path
) -> None:
    for store in (STORE, "boreal-riga"):
        certified(hq, store, tmp_path)
    id_ = acting.ask(hq, STORE, "bundle", by="mari")
    good, url = headers(tmp_path, id_), f"/boxes/{STORE}/bundles/{id_}"
    foreign = headers(tmp_path, id_, key="boreal-riga")
    mixed = good | {"X-Tote-Proof": foreign["X-Tote-Proof"]}
    other = "e" * 32
    refused = [
        client.post(url, data=OCTETS),
        client.post(url, data=OCTETS, headers=foreign),
        client.post(url, data=OCTETS, headers=mixed),
        client.post(url, data=OCTETS + b"more", headers=good),
        client.post(url, data=OCTETS, headers={"X-Tote-Certificate": "?", "X-Tote-Proof": "?"}),
        client.post(f"/boxes/{STORE}/bundles/{other}", data=OCTETS, headers=headers(tmp_path, other)),
    ]
    assert [one.status_code for one in refused] == [403] * len(refused)
    assert client.post("/boxes/nowhere/bundles/" + id_, data=OCTETS, headers=good).status_code == 403
    assert client.post(f"/boxes/{STORE}/bundles/../x", data=OCTETS, headers=good).status_code == 404
    large = b"x" * (bundles.MOST + 1)
    assert client.post(url, data=large, headers=headers(tmp_path, id_, octets=large)).status_code == 413
    assert not bundles.path_of(hq, STORE, id_).exists()


def test_a_revoked_boxs_bundle_is_refused_and_found(hq: Hq, client: FlaskClient, tmp_path: Path, clock: Clock) -> None:
    certified(hq, STORE, tmp_path)
    id_ = acting.ask(hq, STORE, "bundle", by="mari")
    revocation.revoke(hq, STORE)
    clock.now += 1000
    answer = client.post(f"/boxes/{STORE}/bundles/{id_}", data=OCTETS, headers=headers(tmp_path, id_))
    assert answer.status_code == 403 and "revoked" in answer.text
    assert "somebody spoke in its name since: a bundle: a revoked certificate" in client.get("/fleet").text


# ---- keys ------------------------------------------------------------------------------------------------------------


def test_the_old_certificate_is_taken_back_once_the_log_says_that_the_new_one_is_used(
    hq: Hq, tmp_path: Path, ledger: SqlLedger, box: Box, clock: Clock
) -> None:
    certified(hq, STORE, tmp_path)
    clock.now += 1000
    id_ = acting.ask(hq, STORE, "rotate-keys", by="mari")
    clock.now += 1000
    certified(hq, STORE, tmp_path / "..")
    assert retire(hq) == [], "it may still need it"
    says(hq, ledger, box, ActionEnded(action=id_, done=True))
    assert retire(hq) == [STORE] and retire(hq) == []
    with hq.reading() as connection:
        assert [bool(one.revoked) for one in records.of_store(connection, STORE)] == [True, False]


# ---- page and command ------------------------------------------------------------------------------------------------


def test_the_page_asks_and_tells_and_no_foreign_page_does(hq: Hq, client: FlaskClient) -> None:
    here = {"Origin": "http://localhost"}
    done = client.post(f"/fleet/{STORE}", data={"what": "lock", "station": "tablet"}, headers=here)
    assert done.status_code == 303
    page = client.get(f"/fleet/{STORE}").text
    assert "waits for the box" in page and "somebody at HQ" in page.replace("&#39;", "'")
    foreign = client.post(f"/fleet/{STORE}", data={"what": "fetch"}, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert client.post(f"/fleet/{STORE}", data={"what": "explode"}, headers=here).status_code == 400
    assert [one.what for one in of(hq)] == ["lock"]


def test_the_command_asks_lists_and_refuses(hq: Hq, capsys: pytest.CaptureFixture[str]) -> None:
    place = ["--dir", str(hq.dir)]
    assert main(["box", "do", STORE, "restart", "tablet", *place]) == 0
    assert "as soon as its line is up" in capsys.readouterr().out
    assert main(["box", "do", STORE, "fetch", "--wait", "0.1", *place]) == 1
    capsys.readouterr()
    assert main(["box", "list", STORE, *place]) == 0
    assert "by command" in capsys.readouterr().out
    assert main(["box", "do", STORE, "lock", "wall", *place]) == 2
    assert "knows no station 'wall': tablet" in capsys.readouterr().err
