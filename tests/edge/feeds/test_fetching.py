"""An HQ, or who poses as it, that sends an octet now and then does not keep a box from hearing of what is next."""

from types import SimpleNamespace
from typing import Any

import pytest

from edge.feeds import fetching


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def trickling(clock: Clock, octets: int, every: float, times: int) -> Any:
    """An answer of `requests`."""
    left = [times]

    def read1(_most: int) -> bytes:
        clock.now += every
        left[0] -= 1
        return bytes(octets) if left[0] >= 0 else b""

    return SimpleNamespace(raw=SimpleNamespace(read1=read1))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(fetching, "monotonic", clock)
    return clock


def test_an_answer_that_trickles_is_given_up_and_what_came_is_kept(clock: Clock) -> None:
    came = []
    with pytest.raises(ConnectionError, match="too slowly"):
        for chunk in fetching._as_they_come(trickling(clock, octets=1, every=25.0, times=10_000)):
            came.append(chunk)
    assert came == [b"\0"] * 3


def test_a_thin_line_may_take_all_night(clock: Clock) -> None:
    chunks = fetching._as_they_come(trickling(clock, octets=50_000, every=25.0, times=1000))
    assert sum(map(len, chunks)) == 50_000_000
