"""What the camera driver reads and costs, beside raw zxing-cpp (retail symbols, its defaults) and pyzbar.

The pictures are real photos and prints with known text (`TOTE_SHARED`/data/barcodes), at most a dozen of each folder,
so that two hundred prints of one kind do not outvote the photos. They are shown as a camera sees them, in frames of
640x480 and 1280x720: unaltered on white, and pasted on white, grey and clutter, somewhat turned, blurred and noisy.
From the same pictures clips are made, of a code that comes into the frame, is held there with a trembling hand, and
leaves. Codes that are opt-in are left out: UPC-E and plain ITF.

Every decoder gets the same frames in the same run; CPU is this thread's own time, with one thread in OpenCV. All
randomness has a fixed seed.
"""

import json
import os
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.scenes import SIZES, clip, flickering, moving, pasted, plain, still_scene
from hardware.imaging.decoders import Reading, Zbar, Zxing
from hardware.imaging.live import Live
from hardware.imaging.pictures import grey, opencv, still
from hardware.imaging.symbols import SYMBOLS
from hardware.imaging.watching import Gate, Watch

if TYPE_CHECKING:
    from hardware.imaging.pictures import Image

RATE = 15.0
PER_FOLDER = 12
LINEAR = ("code", "databar", "ean", "itf", "rss", "upca")
MATRIX = ("datamatrix", "qr")
MISLABELLED = {"ean13-2/23.webp": "9784872348880", "ean13-2/28.webp": "9784872348880"}
"""What is printed in the photo, where the list says something else."""

Read = Callable[["Image"], set[str]]


@dataclass(frozen=True)
class Photo:
    file: str
    picture: "Image"
    texts: frozenset[str]

    @property
    def is_linear(self) -> bool:
        return self.file.startswith(LINEAR)


@dataclass
class Tally:
    """What one decoder did with one kind of frames."""

    right: int = 0
    wrong: int = 0
    seconds: float = 0.0
    frames: int = 0
    per_file: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def take(self, photo: Photo, read: Read, frame: "Image") -> None:
        began = time.thread_time()
        texts = read(frame)
        self.seconds += time.thread_time() - began
        self.frames += 1
        self.right += len(texts & photo.texts)
        self.wrong += len(texts - photo.texts)
        self.per_file[photo.file] += len(texts & photo.texts)


def run(*, short: bool = False) -> dict[str, Any]:
    """The figures of DESIGN section 12 and their parts; ratios are ours over raw zxing-cpp's."""
    opencv().setNumThreads(1)
    photos = _photos(short)
    stills = {(size, kind): _stills(photos, size, kind, short) for size in SIZES for kind in (True, False)}
    clips = _clips([photo for photo in photos if photo.is_linear][:: 4 if short else 1])
    idle = {name: _scene_cost(scene) for name, scene in _idle_scenes(short).items()}
    return {**_reading(stills), **clips, **idle, "pictures": len(photos)}


def _place() -> Path:
    place = Path(os.environ.get("TOTE_SHARED", Path(__file__).parents[2] / "shared")) / "data" / "barcodes"
    if not (place / "expected.json").exists():
        raise SystemExit(f"bench camera: the photos of barcodes are not at {place}: set TOTE_SHARED to their folder")
    return place


def _photos(short: bool) -> list[Photo]:
    place, folders = _place(), defaultdict(list)
    for entry in json.loads((place / "expected.json").read_text())["images"]:
        if _is_retail(entry["file"], entry["expect"]):
            folders[entry["file"].partition("/")[0]].append(entry)
    most = 3 if short else PER_FOLDER
    chosen = chain.from_iterable(entries[:: -(-len(entries) // most)] for entries in folders.values())
    return [_photo(place, entry) for entry in chosen]


def _is_retail(file: str, texts: list[str]) -> bool:
    if not texts or not file.startswith((*LINEAR, *MATRIX)):
        return False
    return not file.startswith("itf") or all(len(text) == 14 for text in texts)


def _photo(place: Path, entry: dict[str, Any]) -> Photo:
    picture = still((place / entry["file"]).read_bytes())
    assert picture is not None, entry["file"]
    mended = MISLABELLED.get(entry["file"])
    return Photo(entry["file"], grey(picture), frozenset([mended] if mended else entry["expect"]))


def _decoders() -> dict[str, Callable[[], Read]]:
    """A fresh one of each for each still frame: ours remembers what it saw. The peers have no memory."""
    zxing, zbar = _raw(), Zbar(tuple(SYMBOLS))
    return {
        "tote": lambda: _texts(Live(tuple(SYMBOLS)).read),
        "zxing": lambda: _texts(zxing),
        "pyzbar": lambda: _texts(zbar.read),
    }


def _texts(read: Callable[["Image"], Iterable[Any]]) -> Read:
    return lambda frame: {each.data.decode(errors="replace") for each in read(frame)}


def _stills(photos: list[Photo], size: tuple[int, int], linear: bool, short: bool) -> dict[str, Tally]:
    tallies: dict[str, Tally] = defaultdict(Tally)
    decoders = _decoders()
    for at, photo in enumerate(each for each in photos if each.is_linear is linear):
        frames = [plain(photo.picture, size), *(pasted(photo.picture, size, (at, n)) for n in range(1 if short else 3))]
        for frame in frames:
            for name, make in decoders.items():
                tallies[name].take(photo, make(), frame)
    return tallies


def _reading(stills: dict[tuple[tuple[int, int], bool], dict[str, Tally]]) -> dict[str, Any]:
    total = {name: _sum(tallies[name] for tallies in stills.values()) for name in ("tote", "zxing", "pyzbar")}
    small, large = SIZES
    matrix = [_sum(stills[size, False][name] for size in SIZES) for name in ("tote", "zxing")]
    return {
        "reads": total["tote"].right,
        "wrong": total["tote"].wrong,
        "reads_zxing": total["zxing"].right,
        "wrong_zxing": total["zxing"].wrong,
        "reads_pyzbar": total["pyzbar"].right,
        "wrong_pyzbar": total["pyzbar"].wrong,
        "linear_over_zxing_640": _gain(stills[small, True]),
        "linear_over_zxing_1280": _gain(stills[large, True]),
        "halves_over_zxing": [_half(stills, half) for half in (0, 1)],
        "matrix_over_zxing": round(matrix[0].right / matrix[1].right, 3),
        "cost_over_zxing": round(total["tote"].seconds / total["zxing"].seconds, 3),
        "cost_over_pyzbar": round(total["tote"].seconds / total["pyzbar"].seconds, 3),
        "frames": total["tote"].frames,
    }


def _sum(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for each in tallies:
        total.right, total.wrong = total.right + each.right, total.wrong + each.wrong
        total.seconds, total.frames = total.seconds + each.seconds, total.frames + each.frames
    return total


def _gain(tallies: dict[str, Tally]) -> float:
    return round(tallies["tote"].right / tallies["zxing"].right, 3)


def _half(stills: dict[tuple[tuple[int, int], bool], dict[str, Tally]], half: int) -> float:
    """The gain in linear codes in every other picture: what was tuned to few pictures would differ."""
    sums = [
        sum(sum(list(stills[size, True][name].per_file.values())[half::2]) for size in SIZES)
        for name in ("tote", "zxing")
    ]
    return round(sums[0] / sums[1], 3)


def _clips(photos: list[Photo]) -> dict[str, Any]:
    """Clips through the driver's gate and confirmation; how many frames after all of the code is in view."""
    ours, theirs, late = Tally(), Tally(), []
    zxing = _raw()
    for at, photo in enumerate(photos):
        for size in SIZES:
            frames, whole = clip(photo.picture, size, at)
            read = dict(_confirmed(Live(tuple(SYMBOLS)).read, frames, Gate()))
            _count(ours, photo, set(read))
            _count(theirs, photo, {text for text, _ in _confirmed(zxing, frames)})
            late += [max(0, read[text] - whole) for text in photo.texts & read.keys()]
    return {
        "clips": len(photos) * len(SIZES),
        "clips_read": ours.right,
        "clips_read_zxing": theirs.right,
        "wrong_confirmed": ours.wrong,
        "wrong_confirmed_zxing": theirs.wrong,
        "first_read_frames_median": statistics.median(late) if late else None,
        "first_read_ms_p90": round(1000 / RATE * float(np.quantile(late, 0.9)), 1) if late else None,
    }


def _count(tally: Tally, photo: Photo, texts: set[str]) -> None:
    tally.right += len(texts & photo.texts)
    tally.wrong += len(texts - photo.texts)


def _raw() -> Callable[["Image"], list[Reading]]:
    zxing = Zxing(tuple(SYMBOLS))
    return lambda frame: [each.reading for each in zxing.full(frame, zxing.every)]


def _confirmed(
    read: Callable[["Image"], list[Reading]], frames: Iterable["Image"], gate: Gate | None = None
) -> Iterator[tuple[str, int]]:
    """(text, frame) of every reading that two looks in a row agree on, once."""
    watch = Watch(gone=1e9)
    for at, frame in enumerate(frames):
        if gate and not (gate.is_open(frame, at / RATE) or watch.doubtful):
            watch.stay(at / RATE)
            continue
        yield from ((each.data.decode(errors="replace"), at) for each in watch.look(read(frame), at / RATE))


def _idle_scenes(short: bool) -> dict[str, Callable[[tuple[int, int]], Iterator["Image"]]]:
    seconds = 4 if short else 20
    scenes = {"idle": still_scene, "flicker": flickering, "moving": moving}
    return {f"{name}_over_zxing": partial(make, count=int(seconds * RATE)) for name, make in scenes.items()}


def _scene_cost(scene: Callable[[tuple[int, int]], Iterator["Image"]]) -> float:
    """CPU of gate and decoder over that of raw zxing-cpp, the dearer of both sizes."""
    zxing, ratios = _raw(), []
    for size in SIZES:
        ours, theirs, gate, live = [], [], Gate(), Live(tuple(SYMBOLS))
        for at, frame in enumerate(scene(size)):
            ours.append(_cost(partial(_gated, gate, live, frame, at / RATE)))
            if at % 10 == 0:
                theirs.append(_cost(partial(zxing, frame)))
        ratios.append(statistics.mean(ours) / statistics.mean(theirs))
    return round(max(ratios), 3)


def _gated(gate: Gate, live: Live, frame: "Image", at: float) -> None:
    if gate.is_open(frame, at):
        live.read(frame)


def _cost(work: Callable[[], object]) -> float:
    """Seconds of this thread's CPU."""
    began = time.thread_time()
    work()
    return time.thread_time() - began
