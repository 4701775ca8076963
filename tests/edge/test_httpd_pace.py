"""How long a thread waits for whom: by a clock of the test's own."""

import pytest

from edge.httpd import pace
from edge.httpd.pace import Pace

KIB = 1024


class Line:
    """A socket on which so many octets come every so many seconds."""

    def __init__(self, octets: int, every: float) -> None:
        self.now, self._octets, self._every, self._due, self._timeout = 1000.0, octets, every, 1000.0 + every, 0.0

    def settimeout(self, seconds: float) -> None:
        self._timeout = seconds

    def recv_into(self, _buffer: object) -> int:
        if self._due > self.now + self._timeout:
            self.now += self._timeout
            raise TimeoutError
        self.now = max(self.now, self._due)
        self._due = self.now + self._every
        return self._octets

    send = recv_into


def seconds_until_given_up(monkeypatch: pytest.MonkeyPatch, line: Line, *, pressed: bool, most: float = 3600) -> float:
    """`most` for one that is not."""
    monkeypatch.setattr(pace, "monotonic", lambda: line.now)
    told: list[None] = []
    reading = Pace(line, 10, pressed=lambda: pressed, given_up=lambda: told.append(None))  # type: ignore[arg-type]
    try:
        while line.now < 1000 + most:
            reading.recv_into(b"")
    except TimeoutError:
        assert told == [None]
        return line.now - 1000
    return most


@pytest.mark.parametrize(
    ("octets", "every", "pressed", "seconds"),
    [
        (KIB, 1.0, False, 3600),  # a large file over a thin line
        (KIB, 1.0, True, 2.1),  # sixteen of these would have all threads of HQ
        (64 * KIB, 1.0, True, 3600),
        (1, 1.0, False, 10.0),
        (1, 1.0, True, 2.0),
        (1 << 20, 3600.0, False, 10.0),  # says nothing
    ],
)
def test_so_long(monkeypatch: pytest.MonkeyPatch, octets: int, every: float, pressed: bool, seconds: float) -> None:
    given_up = seconds_until_given_up(monkeypatch, Line(octets, every), pressed=pressed)
    assert given_up == pytest.approx(seconds, abs=0.6)


def test_what_came_at_once_saves_no_time_up(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(8 << 20, 0.0)
    monkeypatch.setattr(pace, "monotonic", lambda: line.now)
    reading = Pace(line, 10, pressed=lambda: False, given_up=lambda: None)  # type: ignore[arg-type]
    reading.recv_into(b"")
    line._octets, line._every, line._due = 1, 1.0, line.now + 1.0
    with pytest.raises(TimeoutError):
        for _ in range(12):
            reading.recv_into(b"")


def test_an_answer_that_stays_for_hours_is_not_hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(200, 0.1)
    monkeypatch.setattr(pace, "monotonic", lambda: line.now)
    writing = Pace(line, 10, pressed=lambda: True, given_up=lambda: None)  # type: ignore[arg-type]
    writing.stays = True
    for _ in range(1000):
        writing.send(b"ping")
