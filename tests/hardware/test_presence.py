"""Whether a path still leads to the device that was opened, and letting go of it by force."""

import os
import threading
import time
from pathlib import Path

import pytest

from hardware.errors import DeviceLost
from hardware.presence import EVERY, Grip, Presence


def test_a_link_that_moves_to_another_device_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("hardware.presence.time.monotonic", lambda: now)
    for name in ("one", "two"):
        (tmp_path / name).touch()
    link = tmp_path / "link"
    link.symlink_to("one")
    presence = Presence(str(link))
    link.unlink()
    link.symlink_to("two")
    presence.check()  # not looked at as often
    now += EVERY
    with pytest.raises(DeviceLost, match="leads to another device now"):
        presence.check()
    now += EVERY
    link.unlink()
    link.symlink_to("link")  # a loop
    with pytest.raises(DeviceLost, match="is gone"):
        presence.check()


def test_a_cut_descriptor_leads_nowhere_and_stays_its_owner_s() -> None:
    ours, other = os.pipe()
    os.write(other, b"secret")
    grip = Grip()
    grip.hold(ours)
    grip.cut()
    assert (grip.is_cut, os.read(ours, 10)) == (True, b"")
    os.close(ours)
    os.close(other)


def test_force_never_hits_a_file_that_got_the_number_of_a_closed_device(tmp_path: Path) -> None:
    """The number is free as soon as it is closed, and the next file opened gets it."""
    (tmp_path / "database").write_bytes(b"kept")
    grips: list[Grip] = []
    ended = threading.Event()

    def cut() -> None:
        while not ended.is_set():
            for grip in grips[-1:]:
                grip.cut()

    thread = threading.Thread(target=cut)
    thread.start()
    hit, until = 0, time.monotonic() + 0.5
    while time.monotonic() < until:
        device = os.open(os.devnull, os.O_RDONLY)
        grips[:] = [Grip()]
        grips[0].hold(device)
        grips[0].release()
        os.close(device)
        database = os.open(tmp_path / "database", os.O_RDONLY)
        hit += os.read(database, 4) != b"kept"
        os.close(database)
    ended.set()
    thread.join()
    assert hit == 0
