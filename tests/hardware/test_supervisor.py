"""One thread per device that never gives up."""

import time
from collections.abc import Iterator
from types import TracebackType
from typing import Self

import pytest

from hardware.errors import DeviceLost
from hardware.scan import ReaderEvent
from hardware.supervisor import Supervisor
from tests.hardware.rigs import Recorder


class Worn:
    """A device that fails where it is told to, the first `failures` times."""

    driver = "worn"
    opened = 0

    def __init__(self, name: str, /, *, where: str, failures: int, error: Exception) -> None:
        self._name, self._where, self._failures, self._error = name, where, failures, error

    def __enter__(self) -> Self:
        type(self).opened += 1
        self._fail("enter")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._fail("exit")

    def poll(self, timeout: float) -> Iterator[ReaderEvent]:
        self._fail("poll")
        self._fail("exit")  # so that it is left
        time.sleep(0.01)
        yield ReaderEvent(kind="present", reader=self._name, at=time.time())

    def _fail(self, where: str) -> None:
        if where == self._where and type(self).opened <= self._failures:
            raise self._error


class Waiting(Worn):
    """Fails when it is left."""

    def poll(self, timeout: float) -> Iterator[ReaderEvent]:
        time.sleep(0.01)
        yield from ()


@pytest.fixture(autouse=True)
def fresh() -> None:
    Worn.opened = 0


@pytest.mark.parametrize("where", ["enter", "poll", "exit"])
@pytest.mark.parametrize("error", [IndexError("short"), DeviceLost("gone"), OSError(5, "I/O")], ids=repr)
def test_whatever_fails_it_begins_again(where: str, error: Exception) -> None:
    recorder = Recorder()
    options = {"where": where, "failures": 3, "error": error}
    supervisor = Supervisor("one", Worn, options, recorder, backoff=(0.01, 0.02))
    supervisor.start()
    recorder.wait_for("present")
    supervisor.stop()
    assert (supervisor.health.failures, supervisor.health.state) == (3, "up")
    assert str(error) in recorder.of("down")[0].error


def test_the_pauses_grow_up_to_the_longest() -> None:
    recorder = Recorder()
    options = {"where": "enter", "failures": 5, "error": OSError("absent")}
    supervisor = Supervisor("one", Worn, options, recorder, backoff=(0.05, 0.2))
    started = time.monotonic()
    supervisor.start()
    recorder.wait_for("up")
    supervisor.stop()
    assert 0.05 + 0.1 + 0.2 * 3 <= time.monotonic() - started < 5.0


def test_down_is_told_once_however_often_it_fails() -> None:
    recorder = Recorder()
    options = {"where": "enter", "failures": 9, "error": OSError("absent")}
    supervisor = Supervisor("one", Worn, options, recorder, backoff=(0.01, 0.01))
    supervisor.start()
    recorder.wait_for("up")
    supervisor.stop()
    assert len(recorder.of("down")) == 1


def test_going_down_is_one_line_of_the_log_and_its_traceback_is_for_debugging(
    caplog: pytest.LogCaptureFixture,
) -> None:
    recorder = Recorder()
    options = {"where": "poll", "failures": 1, "error": OSError(5, "Input/output error")}
    with caplog.at_level("DEBUG", "hardware.supervisor"):
        supervisor = Supervisor("one", Worn, options, recorder, backoff=(0.01, 0.01))
        supervisor.start()
        recorder.wait_for("up", 2)
        supervisor.stop()
    (line,) = [record for record in caplog.records if record.levelname != "DEBUG"]
    assert "reader one is down: it lost its connection or is too slow to answer" in line.getMessage()
    assert line.exc_info is None
    assert [record.exc_info is not None for record in caplog.records if record.levelname == "DEBUG"] == [True]


def test_what_fails_while_it_is_stopped_is_no_news(caplog: pytest.LogCaptureFixture) -> None:
    recorder = Recorder()
    options = {"where": "exit", "failures": 99, "error": OSError(5, "Input/output error")}
    supervisor = Supervisor("one", Waiting, options, recorder)
    supervisor.start()
    recorder.wait_for("up")
    supervisor.stop()
    assert (recorder.of("down"), caplog.records) == ([], [])


def test_a_listener_that_fails_does_not_cost_the_device() -> None:
    recorder = Recorder()

    def listen(event: ReaderEvent) -> None:
        recorder(event)
        raise ValueError("not mine")

    supervisor = Supervisor("one", Worn, {"where": "", "failures": 0, "error": OSError()}, listen)
    supervisor.start()
    recorder.wait_for("present", 3)
    supervisor.stop()
    assert (supervisor.health.failures, Worn.opened) == (0, 1)


def test_one_that_never_started_can_be_stopped() -> None:
    supervisor = Supervisor("one", Worn, {}, Recorder())
    supervisor.stop()
    assert supervisor.health.state == "starting"
