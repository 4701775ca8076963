"""Guarantee 8 on three nodes of NATS: the same by delivery, revocation by the list of who may, one node gone."""

import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hq.authority import revocation
from hq.authority.brokers import BrokerError, nats
from sync import topics
from sync.line import Line, LineDown, LineUp, Message
from tests.guarantees.secured import Secured, needs_nats, next_of, secured_cluster, until
from tests.hq.authority.asking import certified

pytestmark = needs_nats

A, B, C = "aurora-tallinn", "boreal-riga", "caelum-vilnius"
Cluster = tuple[Secured, list["subprocess.Popen[bytes]"]]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with secured_cluster(tmp_path_factory.mktemp("cluster") / "hq") as here:
        yield here


def arrived(line: Line, last: Message) -> list[Message]:
    found: list[Message] = []
    while last not in found:
        found.append(next_of(line, Message))
    return found[:-1]


def test_a_store_speaks_for_itself_alone(cluster: Cluster) -> None:
    line, _ = cluster
    with line.up("_hq", topics.UP, topics.ASK) as hq, line.up(A) as a:
        a.publish(topics.up(B), b"forged")
        a.publish(topics.feed("catalogue"), b"forged")
        a.publish(topics.up(A), b"mine")
        assert arrived(hq, Message(topics.up(A), b"mine")) == []
        a.publish(topics.ask(A), b"a question")
        assert next_of(hq, Message) == Message(topics.ask(A), b"a question")


def test_what_a_box_says_of_itself_arrives_and_is_kept_and_nobody_says_it_for_another(cluster: Cluster) -> None:
    line, _ = cluster
    with line.up("_hq", topics.STATE, topics.HERE) as hq, line.up(A) as a:
        a.publish(topics.state(B), b"forged", retain=True)
        a.publish(topics.here(A), b"online", retain=True)
        a.publish(topics.state(A), b"a report", retain=True)
        last = Message(topics.state(A), b"a report")
        assert arrived(hq, last) == [Message(topics.here(A), b"online")]
        with line.up("_hq", topics.STATE) as late:
            assert next_of(late, Message) == last


def test_a_store_reads_what_is_for_it_and_for_all_and_nothing_else(cluster: Cluster) -> None:
    line, _ = cluster
    foreign = (topics.down(B), "#", "$MQTT/#", topics.UP)
    with line.up("_hq") as hq, line.up(A, topics.down(A), topics.feed("+"), *foreign) as a, line.up(B) as b:
        b.publish(topics.up(B), b"an event of another store")
        hq.publish(topics.down(B), b"a receipt of another store")
        hq.publish(topics.feed("catalogue"), b"head", retain=True)
        hq.publish(topics.down(A), b"receipt")
        came = arrived(a, Message(topics.down(A), b"receipt"))
        assert {message.topic for message in came} <= {topics.feed("catalogue")}
        assert all(message.payload == b"head" for message in came)


def test_a_revoked_box_is_hung_up_on_and_its_old_certificate_stays_out(cluster: Cluster) -> None:
    """Though the store is enrolled again, with a new one."""
    line, _ = cluster
    with line.up("_hq", topics.UP) as hq, line.up(C) as c, line.up(B) as b:
        old = line.trust(C)
        revocation.revoke(line.hq, C)
        revocation.enforce(line.hq, C)
        next_of(c, LineDown)
        b.publish(topics.up(B), b"after the reload")
        assert next_of(hq, Message).payload == b"after the reload", "at QoS 1 nothing would come any more (ADR 0006)"
        certificate, key = certified(line.hq, C, line.folder)
        with line.up(C) as again:
            assert again.up and b.up and certificate.exists() and key.exists()
        with line.line(C, tls=old) as copy:
            until(lambda: copy.trouble, "the refusal")
            assert not copy.up


def test_one_node_is_killed_and_everything_goes_on(cluster: Cluster) -> None:
    """What was on its way may be lost, and is sent again: each thing is said until HQ has said it back."""
    line, nodes = cluster
    said, stop = [b"%d" % n for n in range(50)], threading.Event()

    def answering(hq: Line) -> None:
        while not stop.is_set():
            happened = hq.inbox.get()
            if isinstance(happened, Message):
                hq.publish(topics.down(A), happened.payload)

    with line.line("_hq", topics.UP) as hq, line.line(A, topics.down(A)) as a:
        for each in (hq, a):
            next_of(each, LineUp)
        thread = threading.Thread(target=answering, args=(hq,))
        thread.start()
        for turn, word in enumerate(said):
            if turn == 10:
                nodes[0].kill()
            until(lambda word=word: echoed(a, word), f"{word!r} said back")  # type: ignore[misc]
        stop.set()
        hq.inbox.put(None)
        thread.join()


def echoed(a: Line, word: bytes) -> bool:
    a.publish(topics.up(A), word)
    time.sleep(0.02)
    while not a.inbox.empty():
        happened = a.inbox.get()
        if isinstance(happened, Message) and happened.payload == word:
            return True
    return False


def test_two_nodes_are_no_cluster(tmp_path: Path) -> None:
    with pytest.raises(BrokerError, match="three nodes"):
        nats.files(tmp_path, ["one", "two"], [], port=8883)
