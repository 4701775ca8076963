"""Disks that can be broken: an ext4 on a loop device whose power can be cut, a tmpfs that is soon full."""

import fcntl
import os
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.torture.report import Skipped

EXT4_IOC_SHUTDOWN, NOLOGFLUSH = 0x8004587D, 2
"""linux/fs/ext4/ext4.h: nothing goes to the disk any more, not even the file system's own journal."""

FILLER = "filler"


class PowerCutDisk:
    """An ext4 of `megabytes` at `path`. What was not synced before `cut` is gone when it is mounted again."""

    def __init__(self, folder: Path, megabytes: int = 96) -> None:
        self.path = folder / "disk"
        self.path.mkdir()
        with tempfile.NamedTemporaryFile(dir=_in_memory(folder), prefix="torture-", delete=False) as image:
            self._image = Path(image.name)
            image.truncate(megabytes << 20)

    def make(self) -> None:
        _run("mkfs.ext4", "-q", "-F", str(self._image))
        self.mount()

    def mount(self) -> None:
        _run("mount", "-o", "loop", str(self._image), str(self.path))

    def unmount(self) -> None:
        _run("umount", str(self.path))

    def remove(self) -> None:
        """Its image; it must not be mounted."""
        self._image.unlink()

    def cut(self) -> None:
        """Stop who writes first: what they are told after this would not count."""
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, EXT4_IOC_SHUTDOWN, struct.pack("I", NOLOGFLUSH))
        finally:
            os.close(descriptor)


@contextmanager
def power_cut_disk(folder: Path) -> Iterator[PowerCutDisk]:
    """Mounted while the body runs. Raises Skipped where there are no loop devices."""
    folder.mkdir(exist_ok=True)
    disk = PowerCutDisk(folder)
    try:
        disk.make()
        try:
            yield disk
        finally:
            disk.unmount()
    finally:
        disk.remove()


@contextmanager
def small_disk(path: Path, kilobytes: int) -> Iterator[Path]:
    """A tmpfs at `path` while the body runs. Raises Skipped where it can't be mounted."""
    path.mkdir(exist_ok=True)
    _run("mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", str(path))
    try:
        yield path
    finally:
        _run("umount", "-l", str(path))


def fill(disk: Path, leave: int) -> None:
    """A file takes all the room of `disk` but `leave` octets."""
    room = os.statvfs(disk)
    with (disk / FILLER).open("ab") as file, suppress(OSError):
        file.write(b"\0" * max(room.f_bavail * room.f_frsize - leave, 0))


def enlarge(disk: Path, kilobytes: int) -> None:
    """There is room again."""
    (disk / FILLER).unlink(missing_ok=True)
    _run("mount", "-o", f"remount,size={kilobytes}k", str(disk))


def _in_memory(folder: Path) -> Path:
    """Where the image lies: what is tested is what a disk is told to keep, not how slow the one below is."""
    shm = Path("/dev/shm")
    return shm if os.access(shm, os.W_OK) else folder


def _run(*command: str) -> None:
    if os.geteuid() != 0:
        raise Skipped("needs root: it mounts file systems of its own")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Skipped(f"{' '.join(command)}: {done.stderr.strip()}")
