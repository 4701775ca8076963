"""Guarantee 8: certificates can be revoked, the live session drops, and it can't come back; the others lose nothing."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hq.authority import enrolment, revocation
from hq.cli import main as tote_hq
from hq.errors import InputError
from sync import topics
from sync.line import Line, LineDown, Message
from tests.guarantees.secured import Secured, needs_mosquitto, next_of, secured, until
from tests.hq.authority.asking import asked_with, certified, code_for

pytestmark = needs_mosquitto

A, B = "aurora-tallinn", "boreal-riga"


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Secured]:
    with secured(tmp_path / "hq") as here:
        yield here


def test_the_live_session_drops_and_does_not_come_back_while_the_others_lose_nothing(line: Secured) -> None:
    sent, going = 0, threading.Event()

    def talk(b: Line) -> None:
        nonlocal sent
        while not going.is_set():
            sent += b.publish(topics.up(B), b"%d" % sent)
            time.sleep(0.01)

    with line.up("_hq", topics.UP) as hq, line.up(A) as a, line.up(B) as b:
        talking = threading.Thread(target=talk, args=(b,))
        talking.start()
        began = time.monotonic()
        assert tote_hq(["revoke", A, "--dir", str(line.hq.dir)]) == 0
        next_of(a, LineDown)
        assert time.monotonic() - began < 15, "its session drops while it is being told, not at some reconnect"
        until(lambda: "revoked" in a.trouble, "the box's own word for it")
        going.set()
        talking.join()
        heard = [next_of(hq, Message).payload for _ in range(sent)]
        assert not a.up and b.up and hq.up
    assert heard == [b"%d" % n for n in range(sent)] and sent > 20


def test_without_the_word_to_hang_up_the_live_session_goes_on(line: Secured) -> None:
    """The control: reading the list again is not enough, whatever one may think of SIGHUP."""
    with line.up("_hq", topics.UP) as hq, line.up(A) as a:
        revocation.revoke(line.hq, A)
        revocation.enforce(line.hq)
        assert a.publish(topics.up(A), b"still here")
        assert next_of(hq, Message).payload == b"still here"


def test_a_store_that_was_revoked_can_be_enrolled_again(line: Secured) -> None:
    certified(line.hq, A, line.folder)
    revocation.revoke(line.hq, A)
    revocation.enforce(line.hq, A)
    certificate, key = certified(line.hq, A, line.folder)
    with line.up(A) as again:
        assert again.up
    assert certificate.exists() and key.exists()


def test_an_unused_code_of_a_revoked_store_is_worth_nothing(line: Secured) -> None:
    line.enrolled(A)
    signs = code_for(line.hq, A)
    revocation.revoke(line.hq, A)
    with pytest.raises(enrolment.RefusedError):
        enrolment.answer(line.hq, asked_with(signs))


def test_revoking_survives_the_loss_of_the_database(line: Secured) -> None:
    """The journal knows: a database of before, restored, learns it again."""
    line.enrolled(A)
    revocation.revoke(line.hq, A)
    kinds = [(entry.kind, entry.subject) for entry in line.hq.journal.entries()]
    assert kinds == [("enrolled", A), ("revoked", A)]


def test_a_broker_that_can_not_be_told_is_no_silent_success(line: Secured, capsys: pytest.CaptureFixture[str]) -> None:
    line.enrolled(A)
    settings = line.hq.dir / "hq.toml"
    settings.write_text(settings.read_text().replace("reload", "#"))
    assert tote_hq(["revoke", A, "--dir", str(line.hq.dir)]) == 1
    assert "broker.reload" in capsys.readouterr().err


def test_a_store_that_never_was_enrolled_is_named(line: Secured) -> None:
    with pytest.raises(InputError, match="never enrolled"):
        revocation.revoke(line.hq, "nobody")
