"""What a camera in a shop sees, made from pictures: frames, clips and empty views. Everything has a fixed seed."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from hardware.imaging.pictures import opencv

if TYPE_CHECKING:
    from hardware.imaging.pictures import Image

SIZES = ((640, 480), (1280, 720))
LETTERS = "abcdefghiklmno prstuvwxyz"
ENTERS, HELD = 6, 15
"""Frames in which a code comes into the frame of a clip (and leaves), and in which it is held there."""


def plain(picture: "Image", size: tuple[int, int]) -> "Image":
    """The picture as it is in the middle of white, made smaller only where it must be."""
    factor = min(1.0, size[0] / picture.shape[1], size[1] / picture.shape[0])
    frame = np.full((size[1], size[0]), 255, np.uint8)
    return _placed(frame, picture, factor, 0.0, (0.0, 0.0))


def pasted(picture: "Image", size: tuple[int, int], seed: Sequence[int]) -> "Image":
    """The picture in 30 to 90 % of the frame, turned by some degrees, on white, grey or clutter, blurred and noisy."""
    random = np.random.default_rng((*seed, 7))
    frame = (_white, _dark, clutter)[seed[-1] % 3](size, random)
    factor = _fit(picture, size) * random.uniform(0.3, 0.9)
    _placed(frame, picture, factor, random.normal(0, 6), (0.0, 0.0))
    return _taken(frame, random, random.uniform(0.3, 1.0))


def clip(picture: "Image", size: tuple[int, int], seed: int) -> tuple[list["Image"], int]:
    """A code that comes in from the side, is held with a trembling hand, and leaves; and the first frame that shows all
    of it."""
    random = np.random.default_rng((seed, 11))
    frame = clutter(size, random)
    factor, angle = _fit(picture, size) * random.uniform(0.4, 0.8), random.normal(0, 6)
    way = random.choice((-1.0, 1.0)) * (size[0] + factor * picture.shape[1]) / 2
    places = [*np.linspace(way, 0, ENTERS, endpoint=False), *[0.0] * HELD, *np.linspace(0, -way, ENTERS)]
    frames = []
    for place in places:
        speed = 0.0 if place == 0.0 else 1.0
        at = place + random.normal(0, 0.004) * size[0], random.normal(0, 0.004) * size[1]
        shown = _placed(frame.copy(), picture, factor, angle + random.normal(0, 0.7), at)
        frames.append(_taken(shown, random, random.uniform(0.4, 0.9) + speed))
    return frames, ENTERS


def still_scene(size: tuple[int, int], count: int) -> Iterator["Image"]:
    """A view without a code in which nothing moves, with a camera's noise."""
    random = np.random.default_rng(3)
    view = clutter(size, random)
    return (_noisy(view, random, 3.0) for _ in range(count))


def flickering(size: tuple[int, int], count: int) -> Iterator["Image"]:
    """The same, lit by a lamp whose light changes by 3 % each way."""
    random = np.random.default_rng(3)
    view = clutter(size, random)
    return (_noisy((view * random.uniform(0.97, 1.03)).clip(0, 255), random, 3.0) for _ in range(count))


def moving(size: tuple[int, int], count: int) -> Iterator["Image"]:
    """The same, going by: people, doors, a turning stand."""
    random = np.random.default_rng(3)
    view = clutter(size, random)
    return (_noisy(np.roll(view, 9 * at, axis=1), random, 3.0) for at in range(count))


def clutter(size: tuple[int, int], random: np.random.Generator) -> "Image":
    """Boxes, ellipses and lines of words."""
    cv2, (width, height) = opencv(), size
    view = np.full((height, width), int(random.integers(60, 200)), np.uint8)
    for _ in range(8):
        corners = random.integers(0, size, (4, 2)).tolist()
        radii = int(random.integers(5, width // 5)), int(random.integers(5, height // 5))
        shades = random.integers(0, 255, 3).tolist()
        cv2.rectangle(view, corners[0], corners[1], shades[0], -1 if random.random() < 0.5 else 2)
        cv2.ellipse(view, corners[2], radii, float(random.uniform(0, 180)), 0, 360, shades[1], -1)
        words = "".join(random.choice(list(LETTERS), 20))
        scale = float(random.uniform(0.5, 2)) * width / 640
        cv2.putText(view, words, corners[3], int(random.integers(0, 5)), scale, shades[2], 2, cv2.LINE_AA)
    return view


def _white(size: tuple[int, int], _: np.random.Generator) -> "Image":
    return np.full((size[1], size[0]), 255, np.uint8)


def _dark(size: tuple[int, int], _: np.random.Generator) -> "Image":
    return np.full((size[1], size[0]), 60, np.uint8)


def _fit(picture: "Image", size: tuple[int, int]) -> float:
    return float(min(size[0] / picture.shape[1], size[1] / picture.shape[0]))


def _placed(frame: "Image", picture: "Image", factor: float, angle: float, shift: tuple[float, float]) -> "Image":
    """The picture into the middle of `frame`, moved by `shift` pixels and turned by `angle` degrees."""
    cv2 = opencv()
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    scaled = picture if factor == 1 else cv2.resize(picture, None, fx=factor, fy=factor, interpolation=how)
    middle, centre = (scaled.shape[1] / 2, scaled.shape[0] / 2), (frame.shape[1] / 2, frame.shape[0] / 2)
    matrix = cv2.getRotationMatrix2D(middle, float(angle), 1.0)
    moved = [round(centre[axis] - middle[axis]) if not angle else centre[axis] - middle[axis] for axis in (0, 1)]
    matrix[:, 2] += np.add(moved, shift)
    cv2.warpAffine(scaled, matrix, frame.shape[::-1], dst=frame, borderMode=cv2.BORDER_TRANSPARENT)
    return frame


def _taken(frame: "Image", random: np.random.Generator, blur: float) -> "Image":
    """As a camera takes it: blurred by `blur` pixels of 640, and noisy."""
    blurred = opencv().GaussianBlur(frame, (0, 0), blur * frame.shape[1] / 640)
    return _noisy(blurred, random, random.uniform(1, 6))


def _noisy(frame: "Image", random: np.random.Generator, deviation: float) -> "Image":
    shift = random.integers(0, frame.shape[0]), random.integers(0, frame.shape[1])
    noise = np.roll(_noise(frame.shape), shift, axis=(0, 1))
    return (frame + noise * np.float32(deviation)).clip(0, 255).astype(np.uint8)


@cache
def _noise(shape: tuple[int, int]) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    return np.random.default_rng(5).standard_normal(shape, np.float32)
