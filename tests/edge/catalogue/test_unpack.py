from io import BytesIO
from pathlib import Path

import pytest

from edge.catalogue import DamagedCatalogue, pack, unpack


@pytest.fixture
def packed(tmp_path: Path) -> tuple[bytes, str, bytes]:
    plain = tmp_path / "plain"
    plain.write_bytes(b"catalogue " * 100_000)
    size, digest = pack(plain, tmp_path / "packed")
    octets = (tmp_path / "packed").read_bytes()
    assert len(octets) == size
    return octets, digest, plain.read_bytes()


def test_what_was_packed_is_unpacked(tmp_path: Path, packed: tuple[bytes, str, bytes]) -> None:
    octets, digest, plain = packed
    unpack(BytesIO(octets), tmp_path / "out", hash_hex=digest)
    assert (tmp_path / "out").read_bytes() == plain


def test_a_changed_cut_or_longer_file_is_refused_and_leaves_nothing(
    tmp_path: Path, packed: tuple[bytes, str, bytes]
) -> None:
    octets, digest, _ = packed
    for wrong in (octets[:-1], octets + b"x", b"", b"no zstd at all", octets[:20] + b"\0" + octets[21:]):
        with pytest.raises(DamagedCatalogue):
            unpack(BytesIO(wrong), tmp_path / "out", hash_hex=digest)
        assert not (tmp_path / "out").exists()


def test_a_bomb_stops_before_the_disk_is_full(tmp_path: Path, packed: tuple[bytes, str, bytes]) -> None:
    octets, digest, _ = packed
    with pytest.raises(DamagedCatalogue, match="more than 1000 bytes"):
        unpack(BytesIO(octets), tmp_path / "out", hash_hex=digest, largest=1000)
    assert not (tmp_path / "out").exists()
