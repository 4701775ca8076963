"""What Chromium's fake camera sees: a film of a label with a barcode, as a file of JPEGs one after the other."""

from pathlib import Path

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from hardware.imaging.pictures import opencv

Picture = NDArray[np.uint8]


def scene(code: str, angle: float = 0.0) -> Picture:
    """A white label with the EAN-13 on a table, 1280x720; without a code only the table."""
    cv2 = opencv()
    across, down = np.meshgrid(np.linspace(0, 1, 1280), np.linspace(0, 1, 720))
    grain = np.random.default_rng(1).normal(0, 3, (720, 1280))
    table = 96 + 50 * across - 30 * down + grain
    picture = np.stack([table * 0.72, table * 0.86, table], axis=-1).clip(0, 255).astype(np.uint8)
    if code:
        bars = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.EAN13).to_image(scale=2)
        label = np.pad(np.array(bars), ((24, 24), (36, 36)), constant_values=246)
        top, left = (720 - label.shape[0]) // 2, (1280 - label.shape[1]) // 2
        picture[top : top + label.shape[0], left : left + label.shape[1]] = label[..., None]
    turn = cv2.getRotationMatrix2D((640, 360), angle, 1.15)
    turned: Picture = cv2.warpAffine(picture, turn, (1280, 720), borderMode=cv2.BORDER_REFLECT)
    return turned


def film(path: Path, *pictures: Picture) -> Path:
    """Chromium plays it again and again, at thirty pictures a second."""
    cv2 = opencv()
    path.write_bytes(b"".join(bytes(cv2.imencode(".jpg", picture)[1]) for picture in pictures))
    return path
