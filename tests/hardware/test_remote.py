"""A reader that is elsewhere: what is heard of it, and what its silence means."""

import time
from collections.abc import Iterator

import pytest

from hardware import drivers
from hardware.errors import BadOption
from hardware.once import Once
from hardware.remote import REMOTE, RemoteReader, remote
from hardware.scan import ReaderEvent, Scan
from tests.hardware.rigs import Recorder


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def reader(recorder: Recorder) -> Iterator[RemoteReader]:
    reader = remote("cam", "browser", {"silence": 0.4}, recorder)
    reader.start()
    yield reader
    reader.stop()


def event(kind: str, error: str = "") -> ReaderEvent:
    return ReaderEvent(kind=kind, reader="cam", at=time.time(), error=error)  # type: ignore[arg-type]


def scan() -> ReaderEvent:
    at = time.time()
    return ReaderEvent(kind="scan", reader="cam", at=at, scan=Scan(reader="cam", symbology="qr", data=b"x", at=at))


def kinds(recorder: Recorder) -> list[str]:
    return [event.kind for event in recorder.events]


def test_it_starts_unknown_and_is_up_at_the_first_word(reader: RemoteReader, recorder: Recorder) -> None:
    assert reader.health.state == "starting"
    reader.hear(event("up"))
    reader.hear(event("up"))
    assert (reader.health.state, reader.health.driver, kinds(recorder)) == ("up", "browser", ["up"])


def test_a_scan_says_that_it_is_up(reader: RemoteReader, recorder: Recorder) -> None:
    reader.hear(scan())
    assert (kinds(recorder), reader.health.scans, reader.health.per_minute) == (["up", "scan"], 1, 1)


def test_one_that_falls_silent_is_down_with_the_fix_and_the_next_word_brings_it_back(
    reader: RemoteReader, recorder: Recorder
) -> None:
    reader.hear(event("up"))
    assert "open the station's page on its tablet" in recorder.wait_for("down").error
    assert (reader.health.failures, reader.health.state) == (1, "down")
    reader.hear(event("up"))
    assert (kinds(recorder), reader.health.error) == (["up", "down", "up"], "")


def test_one_that_speaks_stays_up(reader: RemoteReader, recorder: Recorder) -> None:
    for _ in range(10):
        reader.hear(event("up"))
        time.sleep(0.1)
    assert kinds(recorder) == ["up"]


def test_one_that_was_never_heard_is_down_after_the_silence(reader: RemoteReader, recorder: Recorder) -> None:
    recorder.wait_for("down")
    assert kinds(recorder) == ["down"]


def test_a_page_that_closes_while_another_is_open_changes_nothing(reader: RemoteReader, recorder: Recorder) -> None:
    reader.hear(event("up"), "old")
    reader.hear(event("up"), "new")
    reader.hear(event("down", "closed"), "old")
    assert kinds(recorder) == ["up"]
    reader.hear(event("down", "closed"), "new")
    assert (kinds(recorder), reader.health.error) == (["up", "down"], "closed")


def test_a_device_that_stays_down_says_so_once_and_tells_another_reason(
    reader: RemoteReader, recorder: Recorder
) -> None:
    for error in ("pulled", "pulled", "not ours to open"):
        reader.hear(event("down", error))
    assert (kinds(recorder), reader.health.error) == (["down"], "not ours to open")


def test_pages_without_end_take_no_memory(reader: RemoteReader) -> None:
    for number in range(1000):
        reader.hear(event("up"), f"page-{number}")
    assert len(reader._heard) == 8


def test_it_stops_at_once_and_then_hears_nothing(reader: RemoteReader, recorder: Recorder) -> None:
    began = time.monotonic()
    reader.stop()
    reader.hear(event("up"))
    assert (time.monotonic() - began < 1.0, kinds(recorder)) == (True, [])


def test_what_the_listener_raises_reaches_who_posted() -> None:
    def refuse(event: ReaderEvent) -> None:
        raise OSError("the disk is gone")

    reader = RemoteReader("cam", "browser", refuse)
    with pytest.raises(OSError, match="disk"):
        reader.hear(event("up"))


@pytest.mark.parametrize("silence", [0, -1, "10", True, 1e9])
def test_a_silence_that_is_none_is_refused(silence: object) -> None:
    with pytest.raises(BadOption, match=r"reader 'cam': .*silence must be "):
        remote("cam", "browser", {"silence": silence}, Recorder())


@pytest.mark.parametrize("driver", REMOTE)
def test_there_is_no_device_to_open(driver: str) -> None:
    with pytest.raises(BadOption, match="is for the settings of the box"), drivers.load(driver)("cam"):
        pass


def test_what_is_posted_twice_is_done_once_and_forgotten_in_the_end() -> None:
    done: list[str] = []
    once = Once[int](most=2)

    def do(name: str) -> int:
        return once.do(name, lambda: done.append(name) or len(done))  # type: ignore[func-returns-value]

    assert [do(name) for name in ("a", "a", "b", "a", "", "")] == [1, 1, 2, 1, 3, 4]
    assert do("c") == 5
    assert do("a") == 6


def test_what_failed_may_be_posted_again() -> None:
    once = Once[str]()

    def fail() -> str:
        raise OSError

    with pytest.raises(OSError):
        once.do("a", fail)
    assert once.do("a", lambda: "done") == "done"
