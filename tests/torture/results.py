"""The file of results: one JSON line per chunk, appended when the chunk is done."""

import platform
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from os import cpu_count
from pathlib import Path

import msgspec

ROOT = Path(__file__).parents[2]
DEFAULT = Path(__file__).parent / "results.jsonl"


def commit() -> str:
    """The commit that is checked out, "" outside of a repository."""
    asked = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return asked.stdout.strip()


class Result(msgspec.Struct, frozen=True, kw_only=True):
    scenario: str
    form: str
    seed: int
    count: int
    passed: int
    seconds: float
    failure: str = ""
    repeat: str = ""
    skipped: str = ""
    sums: dict[str, int] = {}
    highest: dict[str, float] = {}
    controls: dict[str, str] = {}
    at: str = msgspec.field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    commit: str = msgspec.field(default_factory=commit)
    machine: str = f"{cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


@dataclass(frozen=True)
class Progress:
    """Of one scenario's long form."""

    passed: int
    failures: int
    next_seed: int


class Results:
    def __init__(self, path: Path = DEFAULT) -> None:
        self._path = path

    def append(self, result: Result) -> None:
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(result) + b"\n")

    def read(self) -> list[Result]:
        if not self._path.exists():
            return []
        return [msgspec.json.decode(line, type=Result) for line in self._path.read_bytes().splitlines()]

    def of(self, scenario: str) -> list[Result]:
        """Its long form's, oldest first."""
        return [result for result in self.read() if result.scenario == scenario and result.form == "long"]

    def progress(self, scenario: str, seed: int) -> Progress:
        """`seed` is the first round's; rounds that were done are not done again."""
        done = [result for result in self.of(scenario) if result.seed >= seed]
        return Progress(
            passed=sum(result.passed for result in done),
            failures=sum(bool(result.failure) for result in done),
            next_seed=max([seed, *(result.seed + result.count for result in done)]),
        )


def sums(results: Iterable[Result]) -> dict[str, int]:
    total: dict[str, int] = {}
    for result in results:
        for name, figure in result.sums.items():
            total[name] = total.get(name, 0) + figure
    return total


def highest(results: Iterable[Result]) -> dict[str, float]:
    top: dict[str, float] = {}
    for result in results:
        for name, figure in result.highest.items():
            top[name] = max(figure, top.get(name, figure))
    return top
