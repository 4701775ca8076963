"""The keys: made once, all together, and for their owner's eyes."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from hq import keys
from hq.errors import KeysError
from hq.service import Hq, open_hq
from sync.codec import FeedHead, seal, sign_head, unseal, verify_head


def test_the_first_start_makes_four_keys_that_only_their_owner_can_read(tmp_path: Path) -> None:
    made = keys.open_or_create(tmp_path / "keys")
    files = sorted((tmp_path / "keys").iterdir())
    assert [file.name for file in files] == ["digest.key", "link.key", "seal.key", "signing.key"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert keys.open_or_create(tmp_path / "keys") == made


def test_what_is_sealed_and_signed_with_them_opens_and_verifies(tmp_path: Path) -> None:
    own = keys.open_or_create(tmp_path / "keys")
    assert unseal(own.seal, seal(own.seal_public, b"sarah")) == b"sarah"
    head = FeedHead(feed="catalogue", epoch=1, n=1, url="u", size=1, sha256="0" * 64)
    verify_head(own.verify, sign_head(own.signing, head))


def test_their_text_shows_none_of_them(tmp_path: Path) -> None:
    own = keys.open_or_create(tmp_path / "keys")
    assert own.seal.hex() not in repr(own) and repr(own.seal) not in repr(own)


def test_a_missing_key_is_never_made_up(tmp_path: Path) -> None:
    keys.open_or_create(tmp_path / "keys")
    (tmp_path / "keys" / "digest.key").unlink()
    with pytest.raises(KeysError, match=r"digest\.key is missing"):
        keys.open_or_create(tmp_path / "keys")


def test_a_key_that_others_can_read_stops_the_start(tmp_path: Path) -> None:
    keys.open_or_create(tmp_path / "keys")
    (tmp_path / "keys" / "link.key").chmod(0o644)
    with pytest.raises(KeysError, match="chmod 600"):
        keys.open_or_create(tmp_path / "keys")


def test_a_torn_key_is_named(tmp_path: Path) -> None:
    keys.open_or_create(tmp_path / "keys")
    (tmp_path / "keys" / "seal.key").write_text("ab")
    with pytest.raises(KeysError, match="holds 1 bytes instead of 32"):
        keys.open_or_create(tmp_path / "keys")


def test_a_database_without_its_keys_is_not_opened_with_fresh_ones(tmp_path: Path) -> None:
    open_hq(tmp_path).close()
    (tmp_path / "keys").rename(tmp_path / "elsewhere")
    with pytest.raises(KeysError, match="keys is missing, but the database is there"):
        open_hq(tmp_path)
    keys.open_or_create(tmp_path / "keys")
    with pytest.raises(KeysError, match="belong to another database"):
        open_hq(tmp_path)


def test_the_database_holds_peoples_keys_and_is_its_owners_alone(open_it: Callable[[], Hq]) -> None:
    """Also in a folder that somebody made beforehand, for all to look into."""
    hq = open_it()
    with hq.reading():
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in hq.dir.glob("hq.db*")}
    assert set(modes) >= {"hq.db", "hq.db-wal"} and set(modes.values()) == {0o600}
