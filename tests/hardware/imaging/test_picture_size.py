"""Sizes that pictures say they have, read before anything is unpacked."""

import numpy as np
import pytest

from hardware.errors import NotAPicture
from hardware.imaging.picture_size import size
from hardware.imaging.pictures import opencv, still
from tests.edge.cli.test_decode import bomb


@pytest.mark.parametrize("kind", [".png", ".jpg", ".webp", ".bmp"])
def test_the_size_of_each_kind_is_read(kind: str) -> None:
    octets = bytes(opencv().imencode(kind, np.zeros((123, 457, 3), np.uint8))[1])
    assert size(octets) == (457, 123)
    assert size(octets[:11]) is None


def test_what_is_no_picture_has_no_size() -> None:
    assert [size(octets) for octets in (b"", b"GIF8", b"\xff\xd8", b"no picture at all")] == [None] * 4


def test_a_bomb_is_refused_unopened() -> None:
    with pytest.raises(NotAPicture, match="60000 x 60000 pixels"):
        still(bomb(60_000))


def test_a_code_drawn_on_nothing_is_seen_on_white() -> None:
    picture = np.zeros((20, 30, 4), np.uint8)
    picture[5:10, 5:10, 3] = 255
    seen = still(bytes(opencv().imencode(".png", picture)[1]))
    assert seen is not None
    assert seen[0, 0].tolist() == [255, 255, 255] and seen[7, 7].tolist() == [0, 0, 0]
