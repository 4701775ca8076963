"""The final account of a simulation: everything acknowledged is at HQ, once, in order."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from sync.codec import Envelope
from sync.simulator_hq import MemoryLedger, State
from sync.simulator_log import MemoryLog


@dataclass
class Account:
    """What boxes acknowledged, and what became of it."""

    appended: list[str] = field(default_factory=list)
    forgotten: list[Envelope] = field(default_factory=list)
    """By boxes, because HQ said that they may."""
    rolled_back: set[str] = field(default_factory=set)
    """No more on the disk that they were on: if HQ has never heard of them, nobody can tell it."""
    rolled_back_logs: set[str] = field(default_factory=set)
    """A box that doesn't remember what it had forgotten can't tell that there is a gap."""
    restored_too_old: bool = False
    """HQ came back from a backup older than what boxes have forgotten: what is missing must be told: as a
    gap, or as a fork where another box was faster to fill the numbers."""

    def check(self, logs: Sequence[MemoryLog], ledger: MemoryLedger) -> None:
        """Raises `AssertionError`, naming what is wrong."""
        state = ledger.state
        _assert_none("missing at HQ", self._missing(logs, ledger))
        counts = Counter(event_id for ids in state.applied.values() for event_id in ids)
        counts.update(set(state.quarantined))
        _assert_none("applied more than once", [event_id for event_id, n in counts.items() if n > 1])
        _assert_none("out of order", [log for log, numbers in state.order.items() if not _rising(numbers)])
        _assert_none("not at HQ's mark", [log.log_id for log in logs if not _at_mark(log, state)])

    def _missing(self, logs: Sequence[MemoryLog], ledger: MemoryLedger) -> list[str]:
        held = {event.id for log in logs for event in log.events()}
        wanted = [event_id for event_id in self.appended if event_id in held or event_id not in self.rolled_back]
        missing = {event_id for event_id in wanted if event_id not in ledger.state.seen}
        if missing and self.restored_too_old:
            missing -= {event.id for event in self.forgotten if self._is_told(event, ledger)}
        return sorted(missing)

    def _is_told(self, event: Envelope, ledger: MemoryLedger) -> bool:
        gaps = ledger.state.gaps
        is_gap = any(log == event.log and after < event.n < first for log, after, first in gaps)
        return is_gap or event.log in ledger.forked_logs or event.log in self.rolled_back_logs


def _rising(numbers: Sequence[int]) -> bool:
    return all(a < b for a, b in pairwise(numbers))


def _at_mark(log: MemoryLog, state: State) -> bool:
    mark = state.marks.get(log.log_id)
    return (mark.n, mark.hash) == (log.head(), log.hash_of(log.head())) if mark else log.head() == 0


def _assert_none(what: str, found: Sequence[str]) -> None:
    assert not found, f"{len(found)} {what}: {', '.join(found[:5])}"
