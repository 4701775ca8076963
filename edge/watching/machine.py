"""What the machine says of itself: room on the disk, temperature, whether its clock was set. No library needed."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

ZONES = Path("/sys/class/thermal")
SYNCHRONISED = Path("/run/systemd/timesync/synchronized")
"""systemd-timesyncd touches it when it has set the clock since the start (systemd-timesyncd.service(8))."""


class Disk(NamedTuple):
    """Octets in all, and those that the box may still write."""

    total: int
    free: int


def disk(folder: Path) -> Disk:
    usage = shutil.disk_usage(folder)
    return Disk(usage.total, usage.free)


def free(folder: Path) -> int:
    """Octets that the box may still write."""
    return disk(folder).free


def temperature(zones: Path = ZONES) -> float | None:
    """Degrees Celsius of the hottest zone; None where the machine tells none."""
    return max(_degrees(zones), default=None)


def _degrees(zones: Path) -> Iterator[float]:
    for zone in zones.glob("thermal_zone*/temp"):
        with suppress(OSError, ValueError):  # a zone may be asleep
            yield int(zone.read_text()) / 1000


def clock_was_set(mark: Path = SYNCHRONISED) -> bool | None:
    """Whether a time server has set it since the start; None where nothing here would say so."""
    if mark.exists():
        return True
    return False if mark.parent.exists() else None


def octets(path: Path) -> int:
    """Of a file; 0 of none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
