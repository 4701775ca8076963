"""Regions of stripes: found where a code is, straightened, and freshened up so that it can be read."""

from typing import TYPE_CHECKING

import numpy as np
import pytest

from hardware.imaging import stripes
from hardware.imaging.decoders import Zxing
from hardware.imaging.pictures import grey, opencv, still
from tests.hardware.rigs import ean13

if TYPE_CHECKING:
    from hardware.imaging.pictures import Image

CODE = "4006381333931"


def view(*, angle: float = 0.0, noise: float = 2.0, blur: float = 0.0) -> "Image":
    """A code in the right lower part of a grey view of 640x480, turned by `angle` degrees."""
    cv2, picture = opencv(), still(ean13(CODE))
    assert picture is not None
    code = grey(picture)
    frame = np.full((480, 640), 120, np.uint8)
    matrix = cv2.getRotationMatrix2D((code.shape[1] / 2, code.shape[0] / 2), angle, 0.7)
    matrix[:, 2] += (420 - code.shape[1] / 2, 320 - code.shape[0] / 2)
    cv2.warpAffine(code, matrix, (640, 480), dst=frame, borderMode=cv2.BORDER_TRANSPARENT)
    shown = cv2.GaussianBlur(frame, (0, 0), blur) if blur else frame
    noisy = shown + np.random.default_rng(1).normal(0, noise, shown.shape)
    return noisy.clip(0, 255).astype(np.uint8)


def read(picture: "Image") -> list[str]:
    zxing = Zxing(("ean13",))
    return [each.reading.data.decode() for each in zxing.quick(picture, zxing.linear)]


@pytest.mark.parametrize("angle", [-20, 0, 20])
def test_the_region_lies_about_the_code_and_leans_as_it_does(angle: float) -> None:
    first = stripes.find(view(angle=angle))[0]
    assert (first.x, first.y) == (pytest.approx(420, abs=40), pytest.approx(320, abs=40))
    assert np.degrees(first.angle) == pytest.approx(-angle, abs=4)


def test_a_leaning_code_is_read_once_it_is_straightened() -> None:
    leaning = view(angle=24)
    assert read(stripes.smoothed(stripes.cut(leaning, stripes.find(leaning)[0]))) == [CODE]


def test_noise_and_blur_that_hide_a_code_are_undone() -> None:
    poor = view(noise=10.0, blur=1.2)
    assert read(poor) == []
    piece = stripes.cut(poor, stripes.find(poor)[0])
    assert read(stripes.sharpened(piece)) == [CODE]


def test_a_bare_wall_has_no_regions() -> None:
    wall = np.random.default_rng(1).normal(128, 3, (480, 640)).astype(np.uint8)
    assert stripes.find(wall) == []


def test_no_more_regions_are_found_than_asked_for() -> None:
    many = np.hstack([view()[200:440, 260:600]] * 3)
    assert len(stripes.find(many, most=5)) >= 2
    assert len(stripes.find(many, most=1)) == 1


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (7, 900), (900, 7)])
def test_pictures_of_any_size_are_searched(shape: tuple[int, int]) -> None:
    picture = np.random.default_rng(1).integers(0, 255, shape, np.uint8)
    for region in stripes.find(picture):
        assert stripes.cut(picture, region).size
