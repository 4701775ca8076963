"""Pictures in the widths that screens need, as WebP: made when first asked for, then kept under D/renditions."""

import os
from pathlib import Path
from threading import Lock

WIDTHS = (640, 1600)
"""Pixels of the longer side: cards and lines; the largest screen."""
QUALITY = 86
MOST_PIXELS = 1 << 26
_making = Lock()


def rendition(source: Path, folder: Path, width: int) -> Path:
    """The file to send: `source` itself where it is no larger WebP already, or nothing that can be made smaller."""
    if source.suffix == ".svg":
        return source
    kept = folder / str(width) / f"{source.stem}.webp"
    if kept.exists():
        return kept
    with _making:  # one at a time: a store that fetches a whole catalogue must not take every core
        return kept if kept.exists() else _made(source, kept, width)


def _made(source: Path, kept: Path, width: int) -> Path:
    octets = _encoded(source, width)
    if octets is None:
        return source
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(octets)
    part.replace(kept)
    return kept


def _encoded(source: Path, width: int) -> bytes | None:
    os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(MOST_PIXELS))
    import cv2  # a third of HQ's start-up time and memory, needed by shops with photographs only

    pixels = cv2.imread(str(source), cv2.IMREAD_UNCHANGED)
    if pixels is None or pixels.dtype != "uint8":
        return None
    scale = width / max(pixels.shape[:2])
    if scale >= 1 and source.suffix == ".webp":
        return None
    if scale < 1:
        pixels = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    done, encoded = cv2.imencode(".webp", pixels, [cv2.IMWRITE_WEBP_QUALITY, QUALITY])
    return bytes(encoded) if done else None
