"""Guarantee 8: a store can speak only for itself. Shown by what arrives, since a broker acknowledges what it denies."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hq.authority.authority import open_or_create
from hq.authority.brokers.mosquitto import CONTROL, hang_up
from sync import topics
from sync.certificates import new_key, pem, pem_of_key, request_of
from sync.durable import keep
from sync.line import Line, Message
from sync.tls import Trust, trust
from tests.guarantees.secured import Secured, needs_mosquitto, next_of, secured, until

pytestmark = needs_mosquitto

A, B = "aurora-tallinn", "boreal-riga"
YEARS = 365 * 86_400_000


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    with secured(tmp_path_factory.mktemp("secured") / "hq") as here:
        yield here


def arrived(line: Line, last: Message) -> list[Message]:
    """Everything up to `last`, which was sent after everything else: what is not before it never came."""
    found: list[Message] = []
    while last not in found:
        found.append(next_of(line, Message))
    return found[:-1]


@pytest.mark.parametrize("way", [topics.up, topics.ask, topics.here, topics.state])
def test_hq_hears_a_store_speak_for_itself_and_not_for_another(line: Secured, way: Callable[[str], str]) -> None:
    own, foreign = way(A), way(B)
    with line.up("_hq", topics.UP, topics.ASK, topics.HERE, topics.STATE) as hq, line.up(A) as a:
        assert a.publish(foreign, b"forged"), "the broker takes it, and even acknowledges it"
        assert a.publish(own, b"mine")
        assert arrived(hq, Message(own, b"mine")) == []


def test_without_the_generated_rules_a_store_does_speak_for_another(tmp_path: Path) -> None:
    """The control: were it not for the rules, the forged message would arrive, and be seen to."""
    with (
        secured(tmp_path / "hq", access="pattern readwrite #\n") as lax,
        lax.up("_hq", topics.UP) as hq,
        lax.up(A) as a,
    ):
        a.publish(topics.up(B), b"forged")
        a.publish(topics.up(A), b"mine")
        assert arrived(hq, Message(topics.up(A), b"mine")) == [Message(topics.up(B), b"forged")]


def test_a_store_reads_what_is_for_it_and_for_all_and_nothing_else(line: Secured) -> None:
    everything = ("#", "tote/#", topics.down(B), topics.UP, "$SYS/#", "$CONTROL/#")
    with line.up("_hq") as hq, line.up(A, topics.down(A), topics.feed("+"), *everything) as a, line.up(B) as b:
        b.publish(topics.up(B), b"an event of another store")
        hq.publish(topics.down(B), b"a receipt of another store")
        hq.publish(topics.feed("catalogue"), b"head")
        hq.publish(topics.down(A), b"receipt")
        came = arrived(a, Message(topics.down(A), b"receipt"))
    assert set(came) == {Message(topics.feed("catalogue"), b"head")}


def test_a_store_can_write_no_feed_and_no_answer(line: Secured) -> None:
    with line.up("_hq") as hq, line.up(A) as a, line.up(B, topics.down(B), topics.feed("+")) as b:
        a.publish(topics.feed("catalogue"), b"forged", retain=True)
        a.publish(topics.down(B), b"forged")
        a.publish(CONTROL, hang_up(B))
        with line.up("_hq", topics.UP) as witness:
            a.publish(topics.up(A), b"behind them")
            next_of(witness, Message)
        hq.publish(topics.down(B), b"genuine")
        assert arrived(b, Message(topics.down(B), b"genuine")) == []
        assert b.up, "nor does a store make the broker hang up on another"


def test_the_head_of_a_feed_is_there_for_who_comes_later(line: Secured) -> None:
    with line.up("_hq") as hq, line.up(B, topics.feed("stock")) as witness:
        hq.publish(topics.feed("stock"), b"head", retain=True)
        next_of(witness, Message)
        with line.up(A, topics.feed("stock")) as late:
            assert next_of(late, Message) == Message(topics.feed("stock"), b"head")


def test_nobody_without_a_certificate_gets_in(line: Secured) -> None:
    refused(line, trust(lambda: 0.0, ca=line.authority.ca_file), "has none")


def test_nobody_gets_in_with_the_certificate_of_another_authority(line: Secured, tmp_path: Path) -> None:
    stranger = open_or_create(tmp_path, name="Tote HQ of somebody else", at=line.hq.clock())
    certificate, key = stranger.hq_files
    refused(line, trust(lambda: 0.0, ca=line.authority.ca_file, certificate=certificate, key=key), "does not")


def test_nobody_gets_in_with_a_certificate_that_has_expired(line: Secured, tmp_path: Path) -> None:
    key = new_key()
    made = line.authority.for_box(request_of(key), store=A, at=line.hq.clock() - 11 * YEARS)
    keep(tmp_path / "old.crt", pem(made))
    keep(tmp_path / "old.key", pem_of_key(key), mode=0o600)
    old = trust(lambda: 0.0, ca=line.authority.ca_file, certificate=tmp_path / "old.crt", key=tmp_path / "old.key")
    refused(line, old, "expired")


def refused(line: Secured, tls: Trust, words: str) -> None:
    """The box says why in plain words; the same line with a certificate comes up (the control)."""
    with line.line(A, tls=tls) as stranger:
        until(lambda: stranger.trouble, "the line's trouble")
        assert words in stranger.trouble and not stranger.up
    with line.up(A) as own:
        assert own.trouble == ""


def test_hq_under_another_name_is_refused_by_the_box_in_plain_words(
    line: Secured, caplog: pytest.LogCaptureFixture
) -> None:
    with line.line(A, host="localhost") as box:
        until(lambda: box.trouble, "the line's trouble")
        assert "another name" in box.trouble and not box.up
    assert "another name" in caplog.text


def test_hq_of_another_authority_is_refused_by_the_box_in_plain_words(line: Secured, tmp_path: Path) -> None:
    other = open_or_create(tmp_path, name="Tote HQ of somebody else", at=line.hq.clock())
    certificate, key = line.enrolled(A)
    with line.line(A, tls=trust(lambda: 0.0, ca=other.ca_file, certificate=certificate, key=key)) as box:
        until(lambda: box.trouble, "the line's trouble")
        assert "not HQ's broker" in box.trouble and not box.up
