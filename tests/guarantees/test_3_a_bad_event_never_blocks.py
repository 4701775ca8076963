"""Guarantee 3: a bad event never blocks the log.

It is quarantined at HQ with its reason, the mark moves on, and it can be replayed once what was wrong is mended. On
SQLite and on PostgreSQL; by the commands that operators have.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from edge.domain.events import KINDS, ProductViewed
from hq import events, quarantine
from hq.cli import main
from hq.config import Config, Database
from hq.ledger import SqlLedger, ledger_of
from hq.projection import PROJECTORS
from hq.replay import replay
from hq.service import Hq
from hq.store import tables
from hq.transaction import SqlTransaction
from sync.codec import Receipt
from sync.ingest import ingest, ingest_all
from tests.hq.boxes import STORE, Box, basket_sent, box_of, line, viewed
from tests.hq.conftest import any_hq, clock, open_it, registered

__all__ = ["any_hq", "clock", "open_it"]

MAIL = "sarah@example.com"
Spoil = Callable[[Box], None]
Mend = Callable[[pytest.MonkeyPatch], None]


def unmended(_: pytest.MonkeyPatch) -> None:
    """There is nothing to mend about a forgery."""


# ---- bad events, each with the words of its reason, and what mends it ---------------------------------------------


def later_form(box: Box) -> None:
    """A field is a number of minor units here, and an object in a later version."""
    body = msgspec.json.encode(viewed()).decode().replace('"price":12995', '"price":{"amount":12995}')
    box.append(body, kind="ProductViewed")


class LaterItem(msgspec.Struct):
    sku: str
    price: dict[str, int]


class LaterView(msgspec.Struct):
    visit: str
    station: str
    item: LaterItem


def reads_the_later_form(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(events._DECODERS, "ProductViewed", msgspec.json.Decoder(LaterView))


def unknown_kind(box: Box) -> None:
    box.append(msgspec.json.encode(viewed()).decode(), kind="ShelfTouched")


def knows_the_kind(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(events._DECODERS, "ShelfTouched", msgspec.json.Decoder(ProductViewed))


def oversized(box: Box) -> None:
    box.append(viewed(sku="x" * 300_000))


def takes_larger_ones(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(events, "LARGEST_BODY", 1_000_000)


def breaks_hq(box: Box) -> None:
    box.append(basket_sent(line("b-17"), basket="b" * 32), mail=MAIL)


def sealed_for_another(box: Box) -> None:
    """The blob of another event: whoever swaps them reads nobody's mail."""
    stolen = box.append(basket_sent(), mail=MAIL)
    box.envelopes.pop()
    forged = box.append(basket_sent())
    box.envelopes[-1] = msgspec.structs.replace(forged, seal=stolen.seal)


def other_blob(box: Box) -> None:
    """Under the seal's hash comes what does not have that hash."""
    sent = box.append(basket_sent(), mail=MAIL)
    box.blobs[sent.seal or ""] = b"something else"


def used_id(box: Box) -> None:
    box.append(viewed(sku="another"), id=box.envelopes[0].id)


def strange_origin(box: Box) -> None:
    box.envelopes[-1] = msgspec.structs.replace(box.append(viewed()), origin="the moon")


BAD: dict[str, tuple[Spoil, str, Mend]] = {
    "schema-invalid": (later_form, "the body is no ProductViewed", reads_the_later_form),
    "future-versioned": (unknown_kind, "is not known to this HQ: update HQ, then replay", knows_the_kind),
    "oversized": (oversized, "the body is longer than", takes_larger_ones),
    "forged: another event's address": (sealed_for_another, "belongs to another event", unmended),
    "forged: an address that is not the one": (other_blob, "is not the one that the event names", unmended),
    "forged: the id of another event": (used_id, "it bears the id of another event", unmended),
    "forged: an origin that is none": (strange_origin, "origin is no log and number", unmended),
}


def in_quarantine(hq: Hq) -> list[tuple[int, str]]:
    with hq.reading() as connection:
        return [(row.n, row.reason) for row in quarantine.rows(connection)]


def applied(hq: Hq) -> list[int]:
    with hq.reading() as connection:
        return list(connection.scalars(select(tables.event.c.n).order_by(tables.event.c.n)))


@pytest.mark.parametrize(("spoil", "reason", "mend"), BAD.values(), ids=BAD)
def test_it_is_quarantined_the_next_is_applied_and_mended_it_is_replayed(
    any_hq: Hq, monkeypatch: pytest.MonkeyPatch, spoil: Spoil, reason: str, mend: Mend
) -> None:
    box = box_of(any_hq)
    box.append(viewed())
    spoil(box)
    last = box.append(viewed())
    answer = ingest(ledger_of(any_hq), STORE, box.payload())
    assert isinstance(answer, Receipt) and (answer.n, answer.hash) == (last.n, last.hash)
    assert applied(any_hq) == [1, 3]
    ((n, said),) = in_quarantine(any_hq)
    assert n == 2 and reason in said
    still = replay(any_hq, box.log, 2)
    assert still and applied(any_hq) == [1, 3] and len(in_quarantine(any_hq)) == 1
    mend(monkeypatch)
    if mend is unmended:
        assert reason in still or "it bears the id of another event" in still
    else:
        assert replay(any_hq, box.log, 2) == ""
        assert applied(any_hq) == [1, 2, 3] and in_quarantine(any_hq) == []


def test_one_that_breaks_hq_itself_leaves_nothing_behind_and_waits_for_the_mended_hq(
    any_hq: Hq, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = PROJECTORS["BasketSent"]

    def broken(scene: object, event: object) -> None:
        whole(scene, event)  # type: ignore[arg-type]
        raise ZeroDivisionError

    box = box_of(any_hq)
    for spoil in (breaks_hq, unknown_kind, breaks_hq):
        spoil(box)
        box.append(viewed())
    with monkeypatch.context() as patch:
        patch.setitem(PROJECTORS, "BasketSent", broken)
        answer = ingest(ledger_of(any_hq), STORE, box.payload())
    assert isinstance(answer, Receipt) and answer.n == 6
    assert applied(any_hq) == [2, 4, 6] and [n for n, _ in in_quarantine(any_hq)] == [1, 3, 5]
    with any_hq.reading() as connection:
        assert connection.execute(select(tables.mail)).all() == connection.execute(select(tables.profile)).all() == []
    assert [replay(any_hq, box.log, n) for n in (1, 5)] == ["", ""]
    assert applied(any_hq) == [1, 2, 4, 5, 6]
    with any_hq.reading() as connection:
        assert len(connection.execute(select(tables.mail)).all()) == 2


def test_bad_events_of_one_box_hold_up_no_other_box_of_the_same_moment(any_hq: Hq) -> None:
    boxes = [box_of(any_hq) for _ in range(4)]
    for box in boxes:
        box.append(viewed())
    for spoil in (later_form, unknown_kind, oversized, sealed_for_another, other_blob):
        spoil(boxes[1])
    for box in boxes:
        box.append(basket_sent(), mail=MAIL)
    answers = ingest_all(ledger_of(any_hq), [(STORE, box.payload()) for box in boxes])
    assert [answer.n for answer in answers if isinstance(answer, Receipt)] == [2, 7, 2, 2]
    assert len(applied(any_hq)) == 8 and len(in_quarantine(any_hq)) == 5


# ---- as an operator sees it ---------------------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", "postgresql"])
def folder(request: pytest.FixtureRequest, open_it: Callable[..., Hq], tmp_path: Path) -> Path:
    """The data folder of an HQ with a box whose second and fourth event are bad."""
    postgresql = request.param == "postgresql"
    url = request.getfixturevalue("postgresql_url") if postgresql else ""
    hq = registered(open_it(Config(database=Database(url=url))))
    (tmp_path / "hq" / "hq.toml").write_text(f"[database]\nurl = {json.dumps(url)}\n" if url else "")
    box = box_of(hq)
    for spoil in (unknown_kind, strange_origin):
        box.append(viewed())
        spoil(box)
    ingest(ledger_of(hq), STORE, box.payload())
    return tmp_path / "hq"


def test_quarantine_is_listed_shown_replayed_and_dropped(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*words: str) -> tuple[int, list[dict[str, object]]]:
        status = main(["quarantine", *words, "--dir", str(folder), "--json"])
        return status, [json.loads(text) for text in capsys.readouterr().out.splitlines()]

    status, listed = run("list")
    assert status == 0 and [row["n"] for row in listed] == [2, 4]
    log = str(listed[0]["log_id"])
    assert re.search(r"'ShelfTouched'.*replay", str(listed[0]["reason"]))
    assert run("show", log[:9], "4")[1][0]["origin"] == "the moon"
    assert [(row["n"], row["applied"]) for row in run("replay", "--all")[1]] == [(2, False), (4, False)]
    knows_the_kind(monkeypatch)
    status, replayed = run("replay", "--all")
    assert status == 1 and [(row["n"], row["applied"]) for row in replayed] == [(2, True), (4, False)]
    assert run("drop", log, "4")[0] == 0
    assert run("list") == (0, [])


# ---- the negative control -----------------------------------------------------------------------------------------


class Strict(SqlLedger):
    """Fails where an event is bad, instead of setting it aside."""

    @contextmanager
    def transaction(self, *given: object) -> Iterator[SqlTransaction]:
        with super().transaction(*given) as opened:  # type: ignore[arg-type]
            opened.quarantine = self._refuse  # type: ignore[assignment, method-assign]
            yield opened

    def _refuse(self, *event: object) -> None:
        raise ValueError("a bad event")


def test_control_raising_instead_of_quarantining_blocks_the_log(any_hq: Hq) -> None:
    box = box_of(any_hq)
    box.append(viewed())
    unknown_kind(box)
    box.append(viewed())
    strict = Strict(any_hq.engine, ledger_of(any_hq)._rules, any_hq.clock)
    for _ in range(3):
        with pytest.raises(ValueError, match="bad"):
            ingest(strict, STORE, box.payload())
    assert applied(any_hq) == []
    assert "ShelfTouched" not in KINDS
