"""A small file is there whole or not at all."""

import os
from pathlib import Path

import pytest

from sync.durable import keep


def test_a_file_has_its_mode_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        keep(tmp_path / "read by all", b"a")
        keep(tmp_path / "a key", b"b", mode=0o600)
    finally:
        os.umask(before)
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("read by all", "a key")] == [0o644, 0o600]


def test_what_was_there_stays_where_the_disk_takes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError("no space left on the device")

    keep(tmp_path / "file", b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError):
        keep(tmp_path / "file", b"new")
    assert [(found.name, found.read_bytes()) for found in tmp_path.iterdir()] == [("file", b"old")]
