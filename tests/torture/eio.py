"""The disk fails at the n-th fdatasync of a box that records, once or from then on; then the power goes too.

After the error the process must not acknowledge anything that it can't keep: a second sync that "succeeds" proves
nothing, since the kernel may have dropped what the first could not write. So the power is cut where it stood, and what
was acknowledged until then, before the error and after it, must be there. `strace` makes the error. In the control the
box takes every error for a success, as programs do that don't look.
"""

import random
import shutil
import subprocess
import sys
from pathlib import Path

from edge.store import StorageError
from tests.torture.appending import REFUSED, Ack, acknowledged, lost
from tests.torture.disks import PowerCutDisk, power_cut_disk
from tests.torture.report import Report, Skipped

NAME, SHORT, LONG = "eio", 10, 600
MOST = 700
"""Events that a box tries to record: two checkpoints."""
LATEST = 500
"""The last sync of a thread at which it fails; there is one per event, and two per checkpoint."""
PATIENCE = 90


def run(count: int, seed: int, report: Report, folder: Path) -> None:
    if not shutil.which("strace"):
        raise Skipped("needs strace")
    with power_cut_disk(folder) as disk:
        for chance in report.rounds(count, seed):
            _round(disk, folder, chance, report)
        said, gone = _control(disk, folder, seed)
        report.control("errors taken for success", len(gone) > 0, f"lost {len(gone):,} of {len(said):,}")


def _round(disk: PowerCutDisk, folder: Path, seed: int, report: Report) -> None:
    chance = random.Random(seed)
    error, lasts = chance.choice(("EIO", "ENOSPC")), chance.random() < 0.5
    at = chance.randrange(1, 20) if chance.random() < 0.3 else chance.randrange(1, LATEST)
    fault = f"error={error}:when={at}{'+' if lasts else ''}"
    said, gone, status, told = fail(disk, folder, seed, fault, abrupt=chance.random() < 0.5)
    where = f"fdatasync:{fault}: {told[-300:]}"
    report.add(acknowledged=len(said), lost=len(gone), refused=status == REFUSED)
    assert gone == [], f"{where}: {len(gone)} of {len(said)} acknowledged are gone, the first is {gone[0]}"
    assert status == REFUSED or (status == 0 and not lasts), f"{where}: exit status {status}, an error must be told"


def fail(
    disk: PowerCutDisk, folder: Path, seed: int, fault: str, *, abrupt: bool
) -> tuple[list[Ack], list[Ack], int, str]:
    """(what was acknowledged, what of that is gone, exit status, what it said on stderr)"""
    box, acks = disk.path / f"{seed}-{fault}", folder / f"acks-{seed}-{fault}"
    strace = ["strace", "-f", "-qq", "-o", "/dev/null", "--seccomp-bpf", "-e", "trace=fdatasync"]
    writer = [sys.executable, "-m", "tests.torture.appending", str(box), str(acks), "--go-on"]
    writer += ["--abrupt"] if abrupt else []
    done = subprocess.run(
        [*strace, "-e", f"inject=fdatasync:{fault}", *writer, "--seed", str(seed), "--most", str(MOST)],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    disk.cut()
    disk.unmount()
    disk.mount()
    said = acknowledged(acks)
    return said, lost(box, said) if said or box.exists() else [], done.returncode, done.stderr.strip()


def _control(disk: PowerCutDisk, folder: Path, seed: int) -> tuple[list[Ack], list[Ack]]:
    """A file that is no database any more has lost all of it."""
    fault = "retval=0:when=20+"
    try:
        said, gone, _, _ = fail(disk, folder, seed, fault, abrupt=True)
    except (StorageError, AssertionError):
        said = gone = acknowledged(folder / f"acks-{seed}-{fault}")
    return said, gone
