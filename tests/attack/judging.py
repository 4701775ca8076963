"""Whether an attack was refused, logged and counted, and what shoppers noticed of it."""

import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.attack.attacks import Attack

P95_MS, OVER_QUIET = 250.0, 3.0
"""A scan is on the screen within so many milliseconds in 95 of 100 cases, or within so many times what it takes in the
same run while nobody attacks, where the machine is slower than that."""
FEWEST = 12
"""Scans without which a 95th percentile says nothing."""
REFUSED = re.compile(r'^tote_refused_total\{reason="([^"]+)"\} ([0-9.e+]+)$', re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`counted` by reason. `took`: ms of a shopper's scans meanwhile; `failed`: scans that came to nothing."""

    attack: Attack
    answers: Mapping[str, int]
    seconds: float
    counted: Mapping[str, float]
    logged: frozenset[str]
    took: Sequence[float] = ()
    failed: int = 0

    @property
    def p95(self) -> float:
        return p95(self.took)

    def faults(self, quiet: float | None = None) -> list[str]:
        """What is not as it must be, [] for nothing. `quiet`: p95 in ms while nobody attacks; None: nobody scanned."""
        faults = [
            f"{count} answers of {answer}"
            for answer, count in self.answers.items()
            if answer not in self.attack.answers
        ]
        faults += [f"{reason!r} is not counted" for reason in self.attack.reasons if not self.counted.get(reason)]
        faults += [f"{reason!r} is not in the log" for reason in self.attack.reasons if reason not in self.logged]
        if quiet is not None:
            if self.failed:
                faults.append(f"{self.failed} scans came to nothing")
            if len(self.took) >= FEWEST and self.p95 > max(P95_MS, OVER_QUIET * quiet):
                faults.append(f"p95 of a scan {self.p95:.0f} ms, {quiet:.0f} ms in quiet")
        return faults


def counted(figures: str) -> dict[str, float]:
    """Refusals by reason, of figures in Prometheus's text format."""
    return {reason: float(count) for reason, count in REFUSED.findall(figures)}


def logged(text: str, address: str) -> frozenset[str]:
    """The reasons that a log names for an address."""
    return frozenset(re.findall(rf"refused: ([a-z-]+), from {re.escape(address)}(?![0-9.])", text))


def p95(took: Sequence[float]) -> float:
    return statistics.quantiles(took, n=20)[-1] if len(took) > 1 else 0.0
