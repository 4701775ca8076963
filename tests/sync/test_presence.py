"""Whether a box is there, as the broker keeps it: in Home Assistant's words, for whoever watches a shop."""

import socket
from pathlib import Path

import pytest

from sync import topics
from sync.line import KEEPALIVE, Line, LineUp, Message
from sync.service import box_line
from tests import mosquitto
from tests.ports import free_port
from tests.sync.test_line import next_of, started

pytestmark = mosquitto.needed
STORE = "aurora-tallinn"


def said(line: Line, seconds: float = 10) -> tuple[bytes, bool]:
    """What the broker says of the box, and whether it had kept it."""
    message: Message = next_of(line, Message, seconds)
    assert message.topic == topics.here(STORE)
    return message.payload, message.retained


def test_a_box_is_online_for_who_looks_now_and_who_looks_later_and_offline_once_it_has_left(tmp_path: Path) -> None:
    port = free_port()
    with mosquitto.running(tmp_path, port), started(port, topics.HERE) as watcher:
        next_of(watcher, LineUp)
        box = box_line([("127.0.0.1", port)], STORE)
        box.start()
        assert said(watcher) == (b"online", False)
        with started(port, topics.HERE) as late:
            assert said(late) == (b"online", True)
        box.stop()
        assert said(watcher) == (b"offline", False)


def test_a_box_that_is_cut_off_is_offline_by_its_last_will(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    with mosquitto.running(tmp_path, port), started(port, topics.HERE) as watcher:
        next_of(watcher, LineUp)
        box = box_line([("127.0.0.1", port)], STORE)
        box.start()
        assert said(watcher) == (b"online", False)
        client = box._client
        assert client
        monkeypatch.setattr(box, "_session", lambda address: "cut")  # nor does it come back
        connection = client.socket()
        assert isinstance(connection, socket.socket)
        connection.shutdown(socket.SHUT_RDWR)  # without a word of farewell
        assert said(watcher, 3 * KEEPALIVE) == (b"offline", False)
        box.stop()


def test_a_line_without_a_presence_tells_none(tmp_path: Path) -> None:
    port = free_port()
    with mosquitto.running(tmp_path, port), started(port, topics.HERE) as watcher, started(port) as other:
        next_of(watcher, LineUp)
        next_of(other, LineUp)
        watcher.publish(topics.here("last"), b"x")
        assert next_of(watcher, Message).payload == b"x"
