"""One thread per device that never gives up."""

import threading
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Self

import pytest

from hardware.errors import BadOption, DeviceLost
from hardware.health import Record
from hardware.scan import ReaderEvent
from hardware.supervisor import Supervisor, supervise
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

    def abort(self) -> None:
        pass

    def _fail(self, where: str) -> None:
        if where == self._where and type(self).opened <= self._failures:
            raise self._error


class Waiting(Worn):
    """Fails when it is left."""

    def poll(self, timeout: float) -> Iterator[ReaderEvent]:
        time.sleep(0.01)
        yield from ()


class Sticky(Worn):
    """Its first poll hangs until it is freed by force, and then still has something to say."""

    def __init__(self, name: str, /, *, freed: threading.Event) -> None:
        super().__init__(name, where="", failures=0, error=OSError())
        self._freed = freed

    def poll(self, timeout: float) -> Iterator[ReaderEvent]:
        if type(self).opened == 1:
            self._freed.wait()
            yield ReaderEvent(kind="removed", reader=self._name, at=time.time())
        yield from super().poll(timeout)

    def abort(self) -> None:
        self._freed.set()


class Chatty(Worn):
    """Says as much as it is let."""

    said = 0

    def poll(self, timeout: float) -> Iterator[ReaderEvent]:
        type(self).said += 1
        yield ReaderEvent(kind="present", reader=self._name, at=float(type(self).said))


@pytest.fixture(autouse=True)
def fresh() -> None:
    Worn.opened = Sticky.opened = Chatty.said = 0


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
    with caplog.at_level("DEBUG", "hardware.attendant"):
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


def test_a_device_that_hangs_is_freed_and_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardware.attendant.ANSWERING", 0.3)
    recorder, freed = Recorder(), threading.Event()
    supervisor = Supervisor("one", Sticky, {"freed": freed}, recorder)
    supervisor.start()
    recorder.wait_for("present")
    supervisor.stop()
    assert [event.kind for event in recorder.events[:4]] == ["up", "down", "up", "present"]
    assert "it is opened anew" in recorder.of("down")[0].error
    assert (freed.is_set(), recorder.of("removed"), supervisor.health.failures) == (True, [], 1)


def test_a_device_that_hangs_keeps_no_stop_for_longer_than_a_second() -> None:
    recorder, freed = Recorder(), threading.Event()
    supervisor = Supervisor("one", Sticky, {"freed": freed}, recorder)
    supervisor.start()
    recorder.wait_for("up")
    began = time.monotonic()
    supervisor.stop()
    assert (time.monotonic() - began < 1.0, freed.is_set()) == (True, True)


def test_a_slow_listener_slows_the_device_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardware.supervisor.BACKLOG", 5)
    recorder, gate = Recorder(), threading.Event()

    def listen(event: ReaderEvent) -> None:
        gate.wait()
        recorder(event)

    supervisor = Supervisor("one", Chatty, {"where": "", "failures": 0, "error": OSError()}, listen)
    supervisor.start()
    time.sleep(0.3)
    waiting = Chatty.said
    gate.set()
    recorder.wait_for("present", 100)
    supervisor.stop()
    times = [event.at for event in recorder.of("present")]
    assert waiting <= 7
    assert times == list(map(float, range(1, len(times) + 1)))


def test_what_was_read_before_the_end_is_still_delivered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardware.supervisor.BACKLOG", 10)
    recorder = Recorder()

    def listen(event: ReaderEvent) -> None:
        time.sleep(0.01)
        recorder(event)

    supervisor = Supervisor("one", Chatty, {"where": "", "failures": 0, "error": OSError()}, listen)
    supervisor.start()
    time.sleep(0.1)
    said = Chatty.said
    supervisor.stop()
    assert len(recorder.of("present")) >= said - 1 > 10


def test_a_task_runs_between_two_polls_on_the_thread_of_the_device() -> None:
    recorder = Recorder()
    supervisor = Supervisor("one", Worn, {"where": "", "failures": 0, "error": OSError()}, recorder)
    supervisor.start()
    recorder.wait_for("up")
    try:
        assert supervisor.submit(lambda driver: (type(driver), threading.current_thread().name)).result(2) == (
            Worn,
            "reader-one",
        )
        with pytest.raises(ZeroDivisionError):
            supervisor.submit(lambda driver: 1 // 0).result(2)
        assert supervisor.health.state == "up"
    finally:
        supervisor.stop()


def test_a_task_for_a_reader_that_is_down_fails_at_once() -> None:
    recorder = Recorder()
    options = {"where": "enter", "failures": 99, "error": OSError("absent")}
    supervisor = Supervisor("one", Worn, options, recorder, backoff=(5.0, 5.0))
    supervisor.start()
    recorder.wait_for("down")
    try:
        with pytest.raises(DeviceLost, match="reader one is down"):
            supervisor.submit(lambda driver: None).result(0.1)
    finally:
        supervisor.stop()


def test_a_nudge_ends_the_pause() -> None:
    recorder = Recorder()
    options = {"where": "enter", "failures": 1, "error": OSError("absent")}
    supervisor = Supervisor("one", Worn, options, recorder, backoff=(30.0, 30.0))
    supervisor.start()
    recorder.wait_for("down")
    supervisor.nudge()
    recorder.wait_for("up", timeout=1.0)
    supervisor.stop()


def test_a_wedged_reader_has_its_current_cut_once_in_a_while() -> None:
    recorder, cuts = Recorder(), []

    class Switch:
        def cycle(self) -> None:
            cuts.append(Worn.opened)

    options = {"where": "enter", "failures": 9, "error": OSError("wedged")}
    supervisor = Supervisor("one", Worn, options, recorder, backoff=(0.01, 0.01), power=Switch())
    supervisor.start()
    recorder.wait_for("up")
    supervisor.stop()
    assert cuts == [3]


def test_the_scans_of_the_last_minute_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("hardware.health.time.monotonic", lambda: now)
    record = Record("one", "worn")
    for _ in range(3):
        record.note(ReaderEvent(kind="scan", reader="one", at=5.0))
    assert (record.health.per_minute, record.health.scans) == (3, 3)
    now += 61
    assert (record.health.per_minute, record.health.scans) == (0, 3)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"path": "/dev/x", "power": {"lines": 3}}, "power must be a table"),
        ({"path": "/dev/x", "power": {"line": "17"}}, "power.line"),
        ({"path": "/dev/x", "power": {"line": 17, "volts": 5}}, "power.volts"),
        ({"pfad": "/dev/x"}, "reader 'one': driver 'barcode_serial' has no option 'pfad'"),
    ],
)
def test_wrong_options_are_told_before_anything_starts(options: dict[str, object], words: str) -> None:
    with pytest.raises(BadOption, match=words):
        supervise("one", "barcode_serial", options, Recorder())
