"""The power goes while a box records as fast as it can; then its disk is mounted again.

The disk is an ext4 on a loop device, shut down without its journal being flushed; the writer is stopped first, so that
it can't be told "done" by a disk that is not there any more. The control runs with `synchronous=NORMAL` and must lose.
"""

import os
import random
import signal
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.torture.appending import Ack, acknowledged, append_all, lost, stop, synchronous_is_normal
from tests.torture.children import _forks as nursery
from tests.torture.disks import PowerCutDisk, power_cut_disk
from tests.torture.report import Report

NAME, SHORT, LONG = "power_cut", 20, 1000
LONGEST_S = 0.4
"""A box runs so long at most until its power goes: several checkpoints."""
CONTROLS = 10
"""Cuts that the control gets to lose something."""
PATIENCE = 60


def run(count: int, seed: int, report: Report, folder: Path) -> None:
    with power_cut_disk(folder) as disk:
        for chance in report.rounds(count, seed):
            said, gone = cut(disk, folder, chance)
            report.add(acknowledged=len(said), lost=len(gone))
            assert gone == [], f"{len(gone)} of {len(said)} acknowledged events are gone, the first is {gone[0]}"
        said, gone = _control(disk, folder, seed)
        report.control("synchronous=NORMAL", len(gone) > 0, f"lost {len(gone):,} of {len(said):,}")


def cut(disk: PowerCutDisk, folder: Path, seed: int, *, normal: bool = False) -> tuple[list[Ack], list[Ack]]:
    """One box's short life on `disk`: what it was told is recorded, and what of that is gone."""
    box, acks = disk.path / f"{seed}-{normal}", folder / f"acks-{seed}-{normal}"
    writer = nursery.Process(target=_write, args=(box, acks, seed, normal))
    writer.start()
    _wait_for(acks, writer)
    time.sleep(random.Random(seed).random() * LONGEST_S)
    assert writer.pid
    stop(writer.pid)
    disk.cut()
    os.kill(writer.pid, signal.SIGKILL)
    writer.join()
    disk.unmount()
    disk.mount()
    said = acknowledged(acks)
    assert said, "nothing was acknowledged: the round proves nothing"
    return said, lost(box, said)


def _control(disk: PowerCutDisk, folder: Path, seed: int) -> tuple[list[Ack], list[Ack]]:
    said: list[Ack] = []
    gone: list[Ack] = []
    for chance in range(seed, seed + CONTROLS):
        if not gone:
            told, missing = cut(disk, folder, chance, normal=True)
            said, gone = said + told, gone + missing
    return said, gone


def _write(box: Path, acks: Path, seed: int, normal: bool) -> None:
    if normal:
        synchronous_is_normal()
    append_all(box, acks, seed=seed, most=1 << 62)


def _wait_for(acks: Path, writer: BaseProcess) -> None:
    until = time.monotonic() + PATIENCE
    while not acknowledged(acks):
        assert writer.is_alive() and time.monotonic() < until, "the writer acknowledges nothing"
        time.sleep(0.005)
