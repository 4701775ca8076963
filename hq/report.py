"""What an import did, row by row, as `--json` prints it: rows = accepted + merged + rejected."""

from dataclasses import asdict, dataclass, field
from typing import Any

REJECTED, WARNED = "rejected", "warned"


@dataclass(frozen=True, kw_only=True)
class Problem:
    row: int
    """As a spreadsheet counts: the header is row 1."""
    field: str
    reason: str
    hint: str
    outcome: str = REJECTED
    """Whether its row is left out, or taken all the same: "rejected" or "warned"."""


@dataclass(kw_only=True)
class Report:
    """`merged`: rows that say what another row or an earlier import said already; `warned`: accepted with a problem."""

    format: str
    rows: int = 0
    accepted: int = 0
    merged: int = 0
    warned: int = 0
    rejected: int = 0
    problems: list[Problem] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
