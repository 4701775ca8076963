"""Every test here ends with the threads and descriptors it began with."""

import gc
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hardware.rigs import RIGS, Rig

PATIENCE = 5.0


def _descriptors() -> dict[str, str]:
    """The open descriptors below the system's; what libraries keep for themselves (randomness, event loops) is not
    counted."""
    kept = {}
    for link in Path("/proc/self/fd").iterdir():
        try:
            target = str(link.readlink())
        except FileNotFoundError:  # the listing's own
            continue
        if target.startswith(("/dev/pts", "/dev/ptmx", "pipe:", "/tmp", "socket:")):
            kept[link.name] = target
    return kept


@pytest.fixture(autouse=True)
def nothing_leaks() -> Iterator[None]:
    gc.collect()  # what tests of other folders left to it
    threads, descriptors = set(threading.enumerate()), _descriptors()
    yield
    gc.collect()
    ends = time.monotonic() + PATIENCE
    while not _descriptors().items() <= descriptors.items() and time.monotonic() < ends:
        time.sleep(0.05)  # a process that was ended closes its pipes a moment later
    assert set(threading.enumerate()) <= threads
    assert _descriptors().items() <= descriptors.items()


@pytest.fixture(params=RIGS, ids=lambda rig: str(rig.driver))
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    device = request.param(tmp_path)
    yield device
    device.close()


@pytest.fixture(params=RIGS, ids=lambda rig: str(rig.driver))
def rigs(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[Rig]]:
    """Two devices of the same kind."""
    places = [tmp_path / "one", tmp_path / "two"]
    for place in places:
        place.mkdir()
    devices = [request.param(place) for place in places]
    yield devices
    for device in devices:
        device.close()


@pytest.fixture
def shared() -> Path:
    """The folder of real material, where it is at hand."""
    place = Path(os.environ.get("TOTE_SHARED", Path(__file__).parents[2].parent / "shared"))
    if not (place / "data" / "barcodes" / "expected.json").exists():
        pytest.skip(f"the photos of barcodes are not at {place}: set TOTE_SHARED")
    return place
