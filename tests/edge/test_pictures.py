"""Pictures are kept only as what their names say, each with a small rendition."""

from hashlib import sha256
from pathlib import Path

import cv2
import numpy
import pytest

from edge.pictures import SMALL, Pictures


def named(content: bytes, suffix: str) -> str:
    return f"{sha256(content).hexdigest()}{suffix}"


@pytest.mark.parametrize("suffix", [".webp", ".png", ".jpg"])
def test_a_large_picture_gets_a_small_rendition_of_its_format(tmp_path: Path, suffix: str) -> None:
    pictures = Pictures(tmp_path)
    content = cv2.imencode(suffix, numpy.full((1600, 800, 3), 120, numpy.uint8))[1].tobytes()
    assert pictures.put(named(content, suffix), content)
    pictures.make_small(named(content, suffix))
    small = cv2.imread(str(pictures.small / named(content, suffix)))
    assert small is not None and small.shape[:2] == (SMALL, SMALL // 2)
    assert (pictures.folder / named(content, suffix)).read_bytes() == content


def test_small_and_drawn_pictures_stay_as_they_are(tmp_path: Path) -> None:
    pictures = Pictures(tmp_path)
    tiny = cv2.imencode(".png", numpy.zeros((10, 10, 3), numpy.uint8))[1].tobytes()
    for content, suffix in ((tiny, ".png"), (b"<svg/>", ".svg"), (b"no picture at all", ".jpg")):
        name = named(content, suffix)
        assert name not in pictures
        assert pictures.put(name, content)
        assert name in pictures
        pictures.make_small(name)
        assert (pictures.small / name).read_bytes() == content


@pytest.mark.parametrize("name", ["ab.webp", "../x.webp", "small", ""])
def test_what_is_not_what_its_name_says_is_refused(tmp_path: Path, name: str) -> None:
    assert not Pictures(tmp_path / "pictures").put(name, b"content")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
