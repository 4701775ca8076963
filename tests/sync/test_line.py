"""The line over a real broker: up only when subscribed, back by itself, nothing queued while down."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sync.line import Line, LineDown, LineUp, Message
from tests import mosquitto
from tests.ports import free_port

pytestmark = mosquitto.needed


@pytest.fixture
def port() -> int:
    return free_port()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def started(port: int, *subscriptions: str) -> Iterator[Line]:
    line = Line([("127.0.0.1", port)], name="test", subscriptions=subscriptions)
    line.start()
    yield line
    line.stop()


def next_of(line: Line, kind: type, seconds: float = 10) -> Any:
    ends = time.monotonic() + seconds
    while not isinstance(happened := line.inbox.get(timeout=ends - time.monotonic()), kind):
        pass
    return happened


def test_an_answer_to_the_first_message_after_line_up_always_arrives(tmp_path: Path, port: int) -> None:
    """Twenty connects: what is published right after `LineUp` finds the subscription in place."""
    with mosquitto.running(tmp_path, port):
        for n in range(20):
            with started(port, "echo") as line:
                next_of(line, LineUp)
                assert line.publish("echo", b"%d" % n)
                assert next_of(line, Message) == Message("echo", b"%d" % n)


def test_the_line_comes_back_by_itself_and_says_so(tmp_path: Path, port: int) -> None:
    with mosquitto.running(tmp_path, port) as running, started(port, "echo") as line:
        next_of(line, LineUp)
        running.kill()
        next_of(line, LineDown)
        assert line.publish("echo", b"lost") is False
        with mosquitto.running(tmp_path, port):
            next_of(line, LineUp)
            line.publish("echo", b"after")
            assert next_of(line, Message).payload == b"after", "what was refused while down must not come later"


def test_a_broker_of_mqtt_3_1_1_is_spoken_to_in_3_1_1(port: int) -> None:
    """It hangs up on MQTT 5; the line then greets it in 3.1.1."""
    greetings: list[int] = []
    with socket.create_server(("127.0.0.1", port)) as old, started(port, "echo") as line:
        old.settimeout(10)
        while not greetings or greetings[-1] != 4:
            connection, _ = old.accept()
            greeting = connection.recv(100)
            greetings.append(greeting[8])
            if greetings[-1] == 4:
                connection.sendall(b"\x20\x02\x00\x00")
                identifier = connection.recv(100)[2:4]
                connection.sendall(b"\x90\x03" + identifier + b"\x01")
                next_of(line, LineUp)
            connection.close()
    assert greetings == [5, 4]


def test_two_lines_of_one_name_do_not_kick_each_other(tmp_path: Path, port: int) -> None:
    """Cloned boxes: the client id ends in a nonce."""
    with mosquitto.running(tmp_path, port), started(port, "a") as one, started(port, "a") as other:
        next_of(one, LineUp)
        next_of(other, LineUp)
        time.sleep(0.5)
        assert one.up and other.up


def test_when_an_address_fails_the_next_one_has_its_turn(tmp_path: Path, port: int) -> None:
    """The first of a cluster's brokers is not there, then comes while the second one dies."""
    other = free_port()
    line = Line([("127.0.0.1", port), ("127.0.0.1", other)], name="test")
    line.start()
    with mosquitto.running(tmp_path, other) as second:
        next_of(line, LineUp)
        second.kill()
        next_of(line, LineDown)
    with mosquitto.running(tmp_path, port):
        next_of(line, LineUp)
    line.stop()


@pytest.mark.parametrize("wanted", [True, False])
def test_a_line_that_wants_nothing_retained_is_sent_nothing_that_was_kept(
    tmp_path: Path, port: int, wanted: bool
) -> None:
    """And hears of what is sent to be kept, so that it can be refused."""
    with mosquitto.running(tmp_path, port), started(port) as other:
        next_of(other, LineUp)
        other.publish("echo", b"before", retain=True)
        line = Line([("127.0.0.1", port)], name="test", subscriptions=("echo",), retained=wanted)
        line.start()
        next_of(line, LineUp)
        other.publish("echo", b"after", retain=True)
        first = next_of(line, Message)
        line.stop()
    assert (first.payload, first.retained) == ((b"before", True) if wanted else (b"after", True))
