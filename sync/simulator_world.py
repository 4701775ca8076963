"""What all simulated parts share: one clock, one source of chance, the weather, the trace."""

from dataclasses import dataclass, replace
from random import Random


@dataclass(frozen=True, kw_only=True)
class Weather:
    """How bad the line and the machines are: chances per message or step. The default is calm."""

    lost: float = 0.0
    twice: float = 0.0
    torn: float = 0.0
    slowest: float = 0.01
    """Seconds that a message takes at most."""
    poison: float = 0.0
    line_cut: float = 0.0
    line_back: float = 1.0
    box_crash: float = 0.0
    crash_between: float = 0.0
    """Per pause between two transactions that belong together."""
    hq_crash: float = 0.0
    """Per step of a transaction."""
    hq_waits: float = 0.0
    """That a message waits for others, to be taken in one transaction with them."""
    snapshot: float = 0.0
    rollback: float = 0.0
    clone: float = 0.0
    noticed: float = 0.0
    """Of clones: that the log is found on another machine."""
    trim: float = 0.2
    backup: float = 0.0
    restore: float = 0.0
    too_old: float = 0.0
    """Of restores: that the backup is older than what boxes were allowed to forget."""


CALM = Weather()
STORM = Weather(
    lost=0.2,
    twice=0.2,
    torn=0.03,
    slowest=2.0,
    poison=0.05,
    line_cut=0.05,
    line_back=0.3,
    box_crash=0.03,
    crash_between=0.1,
    hq_crash=0.01,
    hq_waits=0.3,
    snapshot=0.05,
    rollback=0.02,
    clone=0.01,
    noticed=0.5,
    backup=0.05,
    restore=0.02,
    too_old=0.2,
)
COPIES = replace(STORM, clone=0.06, noticed=0.1, backup=0.1, restore=0.05, too_old=0.05, line_cut=0.15, line_back=0.15)
"""Copied cards that go on by themselves, and an HQ that comes back from backups again and again."""
RELICS = replace(STORM, rollback=0.08, snapshot=0.08, box_crash=0.1, restore=0.04, backup=0.08, trim=0.5)
"""Boxes whose databases fall back, and forget early."""
WEATHERS = (STORM, COPIES, RELICS)


class World:
    def __init__(self, seed: int, weather: Weather) -> None:
        self.random = Random(seed)  # noqa: S311  (a simulation has to repeat)
        self.weather = weather
        self.clock = 0.0
        """Seconds."""
        self.trace: list[str] = []

    def chance(self, probability: float) -> bool:
        return probability > 0 and self.random.random() < probability

    def new_id(self) -> str:
        return f"{self.random.getrandbits(128):032x}"

    def note(self, *what: object) -> None:
        self.trace.append("\t".join((f"{self.clock:.6f}", *map(str, what))))
