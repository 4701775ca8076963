"""The box's own signing key."""

from pathlib import Path

import pytest

from edge.config import ConfigError
from edge.signing import NAME, signing_key


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    key = signing_key(tmp_path / "line")
    assert signing_key(tmp_path / "line") == key
    assert len(key) == 32
    assert (tmp_path / "line" / NAME).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "line").stat().st_mode & 0o777 == 0o700
    assert [path.name for path in (tmp_path / "line").iterdir()] == [NAME]


def test_two_boxes_have_two_keys(tmp_path: Path) -> None:
    assert signing_key(tmp_path / "a") != signing_key(tmp_path / "b")


def test_a_key_that_others_can_read_or_that_is_none_is_refused_with_what_to_do(tmp_path: Path) -> None:
    signing_key(tmp_path)
    (tmp_path / NAME).chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        signing_key(tmp_path)
    (tmp_path / NAME).chmod(0o600)
    (tmp_path / NAME).write_bytes(b"\xff not hex")
    with pytest.raises(ConfigError, match="delete it"):
        signing_key(tmp_path)
