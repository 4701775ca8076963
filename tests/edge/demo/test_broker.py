"""The demo's wire, whichever broker makes it: what Tote's line needs of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.demo.broker import KINDS, broker
from edge.demo.errors import DemoError
from edge.demo.ports import draw
from edge.demo.process import Part
from sync.line import Line, LineDown, LineUp, Message


@pytest.fixture(params=KINDS)
def wire(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Part, int]]:
    port = draw()["broker"]
    part = broker(tmp_path / "broker", tmp_path, port, request.param)
    part.start()
    assert part.wait()["kind"] == request.param
    yield part, port
    part.stop()


def until(line: Line, kind: type) -> object:
    while not isinstance(news := line.inbox.get(timeout=15), kind):
        pass
    return news


@pytest.fixture
def line(wire: tuple[Part, int]) -> Iterator[Line]:
    line = Line([("127.0.0.1", wire[1])], name="test", subscriptions=("tote/#",))
    line.start()
    until(line, LineUp)
    yield line
    line.stop()


def test_what_is_published_arrives(line: Line) -> None:
    assert line.publish("tote/1/down/aurora", b"\x00\xff" * 40_000)
    assert until(line, Message) == Message("tote/1/down/aurora", b"\x00\xff" * 40_000)


def test_who_comes_later_gets_the_retained_head(wire: tuple[Part, int], line: Line) -> None:
    line.publish("tote/1/feed/catalogue", b"head", retain=True)
    until(line, Message)
    later = Line([("127.0.0.1", wire[1])], name="later", subscriptions=("tote/1/feed/+",))
    later.start()
    assert until(later, Message) == Message("tote/1/feed/catalogue", b"head")
    later.stop()


def test_the_line_is_back_after_the_broker_was_away(wire: tuple[Part, int], line: Line) -> None:
    part, _ = wire
    part.stop()
    until(line, LineDown)
    part.start()
    part.wait()
    until(line, LineUp)
    line.publish("tote/1/down/aurora", b"again")
    assert until(line, Message) == Message("tote/1/down/aurora", b"again")


def test_a_broker_that_is_not_installed_is_named_with_the_fix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.demo.broker.mosquitto", lambda: None)
    with pytest.raises(DemoError, match="apt-get install mosquitto"):
        broker(tmp_path, tmp_path, 1, "mosquitto")
    assert broker(tmp_path, tmp_path, 1).argv[1:3] == ["-m", "amqtt.scripts.broker_script"]
