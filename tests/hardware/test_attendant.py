"""A reader is served whatever its device, its listener and whoever asks something of it do."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Self

import pytest

from hardware.errors import DeviceAbsent, DeviceLost
from hardware.power import GpioSwitch
from hardware.scan import ReaderEvent
from hardware.supervisor import HANGS, MOST_HUNG, Supervisor
from tests.hardware.rigs import Recorder

Step = Callable[[int], Iterable[ReaderEvent]]


class Device:
    """Does what a test says at each poll, and counts how often it was opened."""

    driver = "device"
    opened: ClassVar[list[float]] = []

    def __init__(self, name: str, /, **options: Any) -> None:
        self._poll: Step = options["poll"]
        self._free: Callable[[], None] = options.get("free", lambda: None)

    def __enter__(self) -> Self:
        self.opened.append(time.monotonic())
        return self

    def __exit__(self, *_: object) -> None: ...

    def poll(self, timeout: float) -> Iterable[ReaderEvent]:
        time.sleep(0.01)
        return self._poll(len(self.opened))

    def abort(self) -> None:
        self._free()


class Absent(Device):
    def __enter__(self) -> Self:
        super().__enter__()
        raise DeviceAbsent("no device")


@pytest.fixture(autouse=True)
def fresh() -> None:
    Device.opened.clear()


def quiet(_: int) -> Iterable[ReaderEvent]:
    return ()


@contextmanager
def running(
    poll: Step = quiet, listen: Callable[[ReaderEvent], None] | None = None, factory: Any = Device, **options: Any
) -> Iterator[tuple[Supervisor, Recorder]]:
    recorder = Recorder()
    driver = {"poll": poll, "free": options.pop("free", lambda: None)}
    supervisor = Supervisor("one", factory, driver, listen or recorder, **{"backoff": (0.01, 0.02), **options})
    supervisor.start()
    try:
        yield supervisor, recorder
    finally:
        supervisor.stop()


def test_a_task_that_was_given_up_costs_no_reader() -> None:
    gate, fail = threading.Event(), threading.Event()

    def poll(_: int) -> Iterable[ReaderEvent]:
        if fail.is_set():
            fail.clear()
            gate.wait(5)
            raise DeviceLost("gone")
        return ()

    with running(poll) as (supervisor, recorder):
        recorder.wait_for("up")
        fail.set()
        while fail.is_set():
            time.sleep(0.01)
        given_up = supervisor.submit(lambda driver: 1)
        assert given_up.cancel()
        gate.set()
        recorder.wait_for("up", 2, timeout=2)
        assert supervisor.submit(lambda driver: 2).result(2) == 2


def test_whatever_ends_a_program_ends_no_reader() -> None:
    def poll(opened: int) -> Iterable[ReaderEvent]:
        if opened < 3:
            raise SystemExit(3)
        return ()

    with running(poll) as (supervisor, recorder):
        recorder.wait_for("up", 3, timeout=2)
        with pytest.raises(SystemExit):
            supervisor.submit(_exit).result(2)
        assert supervisor.submit(lambda driver: 2).result(2) == 2
    assert (len(Device.opened), supervisor.health.failures) == (3, 2)


def _exit(_: object) -> None:
    raise SystemExit(4)


def test_a_listener_that_wants_to_end_the_program_is_called_again() -> None:
    heard = []

    def listen(event: ReaderEvent) -> None:
        heard.append(event.kind)
        raise SystemExit(3)

    with running(lambda opened: [ReaderEvent(kind="present", reader="one", at=0.0)], listen):
        time.sleep(0.2)
    assert heard[0] == "up" and "present" in heard[2:]


def test_a_switch_that_fails_in_its_own_way_costs_no_reader(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(GpioSwitch):
        def cycle(self) -> None:
            raise ValueError("no such line")

    with running(factory=Absent, power=Broken(line=99)) as (supervisor, _):
        time.sleep(0.3)
        assert supervisor.health.failures > 5
    assert "its current can't be cut" in caplog.text


def test_a_storm_of_plugs_is_no_storm_of_openings() -> None:
    with running(factory=Absent, backoff=(0.2, 5.0)) as (supervisor, _):
        until = time.monotonic() + 1.0
        while time.monotonic() < until:
            supervisor.nudge()
            time.sleep(0.002)
    assert 3 <= len(Device.opened) <= 7


def test_a_long_pause_after_a_failure_is_no_hanging(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardware.attendant.ANSWERING", 0.1)
    monkeypatch.setattr("hardware.supervisor.LOOK", 0.05)

    def poll(opened: int) -> Iterable[ReaderEvent]:
        if opened == 1:
            raise DeviceLost("gone")
        return ()

    with running(poll, backoff=(0.8, 0.8)) as (supervisor, recorder):
        recorder.wait_for("up", 2)
    assert [event.error for event in recorder.of("down")] == ["gone"]
    assert supervisor.health.failures == 1


def test_one_that_hangs_for_good_is_tried_a_few_times_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardware.attendant.ANSWERING", 0.05)
    monkeypatch.setattr("hardware.supervisor.LOOK", 0.02)
    freed = threading.Event()

    def poll(_: int) -> Iterable[ReaderEvent]:
        freed.wait(10)
        return ()

    with running(poll) as (_, recorder):
        recorder.wait_for("up")
        deadline = time.monotonic() + 20
        while len(Device.opened) <= MOST_HUNG and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.3)
        assert len(Device.opened) == MOST_HUNG + 1
        freed.set()
        recorder.wait_for("up", MOST_HUNG + 1)
    for thread in threading.enumerate():
        if thread.name == "reader-one":
            thread.join(1)


def test_who_waits_for_a_device_that_hangs_for_good_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardware.attendant.ANSWERING", 0.1)
    freed = threading.Event()
    with running() as (supervisor, recorder):
        recorder.wait_for("up")
        doing = supervisor.submit(lambda driver: freed.wait(10), timeout=0.1)
        waiting = supervisor.submit(lambda driver: 1)
        for task in (doing, waiting):
            with pytest.raises(DeviceLost, match="is down"):
                task.result(3)
        recorder.wait_for("up", 2)
        assert recorder.of("down")[0].error == HANGS
        assert supervisor.submit(lambda driver: 2).result(2) == 2
        freed.set()
    assert (supervisor.health.failures, len(recorder.of("up"))) == (1, 2)


def test_one_that_is_stopped_while_it_is_replaced_opens_nothing_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardware.attendant.ANSWERING", 0.1)
    freed, replacing, stopping = threading.Event(), threading.Event(), []

    class Stopped(Supervisor):
        def failed(self, attendant: Any, error: str) -> None:  # the new one is made, and not yet started
            if not stopping:
                stopping.append(threading.Thread(target=self.stop))
                stopping[0].start()
                assert self._quit.wait(3)
                replacing.set()
            super().failed(attendant, error)

    def poll(_: int) -> Iterable[ReaderEvent]:
        freed.wait(10)
        return ()

    supervisor = Stopped("one", Device, {"poll": poll, "free": freed.set}, Recorder())
    supervisor.start()
    assert replacing.wait(3)
    stopping[0].join(3)
    time.sleep(0.3)
    assert len(Device.opened) == 1
    assert not [thread for thread in threading.enumerate() if thread.name in ("reader-one", "listener-one")]


def test_a_listener_that_hangs_keeps_no_stop_for_longer_than_a_second() -> None:
    freed = threading.Event()

    def poll(_: int) -> Iterable[ReaderEvent]:
        return [ReaderEvent(kind="present", reader="one", at=0.0)] * 1000

    def listen(_: ReaderEvent) -> None:
        freed.wait(10)

    with running(poll, listen) as (supervisor, _):
        time.sleep(0.2)
        began = time.monotonic()
        supervisor.stop()
        took = time.monotonic() - began
        assert not [thread for thread in threading.enumerate() if thread.name == "reader-one"]
        freed.set()
    assert took < 1.05


def test_hundreds_of_readers_come_and_go_and_leave_nothing() -> None:
    threads = threading.active_count()
    for _ in range(300):
        supervisor = Supervisor("one", Device, {"poll": quiet}, lambda event: None)
        supervisor.start()
        supervisor.stop()
    assert threading.active_count() == threads
