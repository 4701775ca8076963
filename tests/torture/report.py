"""What a scenario tells of itself while it runs."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


class Skipped(Exception):
    """The scenario can't run on this machine; `str()` says what it lacks."""


@dataclass
class Report:
    """Of one chunk. Its methods may be called from any thread."""

    passed: int = 0
    """Rounds that went well."""
    failed: tuple[int, int] | None = None
    """Seed and size of the round that failed first."""
    sums: dict[str, int] = field(default_factory=dict)
    highest: dict[str, float] = field(default_factory=dict)
    controls: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def rounds(self, count: int, seed: int) -> Iterator[int]:
        """The seeds of `count` rounds. A round passed when the next one is asked for."""
        for chance in range(seed, seed + count):
            with self.round(chance):
                yield chance

    @contextmanager
    def round(self, seed: int, size: int = 1) -> Iterator[None]:
        """`size` rounds in one go: passed when left normally, failed (under `seed`) otherwise."""
        try:
            yield
        except Skipped:
            raise
        except BaseException:  # GeneratorExit too: it is how the body of a `for` tells `rounds` that it failed
            with self._lock:
                self.failed = self.failed or (seed, size)
            raise
        with self._lock:
            self.passed += size

    def add(self, **figures: int) -> None:
        with self._lock:
            for name, figure in figures.items():
                self.sums[name] = self.sums.get(name, 0) + figure

    def most(self, **figures: float) -> None:
        with self._lock:
            for name, figure in figures.items():
                self.highest[name] = max(figure, self.highest.get(name, figure))

    def control(self, name: str, failed: bool, found: str) -> None:
        """A run with the safeguard taken away. Raises AssertionError where it did not fail as it must."""
        assert failed, f"the negative control {name!r} must fail, and did not: {found}"
        with self._lock:
            self.controls[name] = found
