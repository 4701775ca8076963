"""What the programs hold at one moment of the week."""

import csv
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from edge.demo.plan import Plan

KIB = 1024


@dataclass(frozen=True, kw_only=True)
class Sample:
    """`hour` of the week, from its first midnight on; `broken` are visits that went wrong so far. Sizes in KiB,
    databases with their WAL; logs in lines so far."""

    hour: int
    events: int
    waiting: int
    broken: int
    box_rss: int
    box_threads: int
    box_files: int
    store: int
    wal: int
    feeds: int
    backups: int
    log: int
    hq_rss: int
    hq_threads: int
    hq_files: int
    hq_database: int
    hq_wal: int
    hq_log: int


class Sampler:
    """Of the demo's box and HQ, which run."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._box, self._hq = (_process("run", str(file)) for file in (plan.config, plan.hq))

    def take(self, hour: int, status: dict[str, object], *, broken: int) -> Sample:
        """`status` is the box's /status.json. Raises OSError where a program is not there any more."""
        folder, hq = self._plan.config.parent, self._plan.hq
        return Sample(
            hour=hour,
            events=int(str(status["head"])),
            waiting=int(str(status["waiting"])),
            broken=broken,
            **{f"box_{name}": figure for name, figure in _held(self._box).items()},
            store=_size(folder / "store.db") + _size(folder / "store.db-wal"),
            wal=_size(folder / "store.db-wal"),
            feeds=_size(folder / "catalogue") + _size(folder / "pictures"),
            backups=_size(folder / "backups"),
            log=_lines(self._plan.logs / "box.log"),
            **{f"hq_{name}": figure for name, figure in _held(self._hq).items()},
            hq_database=_size(hq / "hq.db") + _size(hq / "hq.db-wal"),
            hq_wal=_size(hq / "hq.db-wal"),
            hq_log=_lines(self._plan.logs / "hq.log"),
        )


def write(samples: Sequence[Sample], file: Path) -> None:
    """As CSV, a line each."""
    with file.open("w", newline="") as out:
        writer = csv.DictWriter(out, [field.name for field in fields(Sample)])
        writer.writeheader()
        writer.writerows(asdict(sample) for sample in samples)


def _process(*words: str) -> int:
    """The id of the one whose command line has all these words."""
    (found,) = (one for one in Path("/proc").glob("[0-9]*") if {*map(str.encode, words)} <= _command(one))
    return int(found.name)


def _command(process: Path) -> set[bytes]:
    try:
        return set((process / "cmdline").read_bytes().split(b"\0"))
    except OSError:  # gone meanwhile
        return set()


def _held(process: int) -> dict[str, int]:
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
    files = sum(1 for _ in Path(f"/proc/{process}/fd").iterdir())
    return {"rss": int(lines["VmRSS"].split()[0]), "threads": int(lines["Threads"]), "files": files}


def _size(path: Path) -> int:
    """Of a file, or of all files below a folder."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file()) // KIB


def _lines(file: Path) -> int:
    with file.open("rb") as read:
        return sum(1 for _ in read)
