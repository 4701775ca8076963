"""Draws a photo of a barcode: a label on a table, a little askew, as a camera sees it."""

import cv2
import numpy as np
import zxingcpp

SIZE = (1280, 720)
TABLE = (96, 120, 140)
"""Wood, in OpenCV's order: blue, green, red."""


def photo(gtin: str, *, angle: float = 4.0) -> bytes:
    """A PNG of the EAN-13 `gtin` on a label, turned by `angle` degrees."""
    drawn = np.array(zxingcpp.create_barcode(gtin, zxingcpp.BarcodeFormat.EAN13).to_image(scale=4, add_hrt=True))
    if drawn.ndim == 2:
        drawn = cv2.cvtColor(drawn, cv2.COLOR_GRAY2BGR)
    label = cv2.copyMakeBorder(drawn, 40, 40, 60, 60, cv2.BORDER_CONSTANT, value=(255, 255, 255))
    scene = np.full((SIZE[1], SIZE[0], 3), TABLE, np.uint8)
    top, left = (SIZE[1] - label.shape[0]) // 2, (SIZE[0] - label.shape[1]) // 2
    scene[top : top + label.shape[0], left : left + label.shape[1]] = label
    turn = cv2.getRotationMatrix2D((SIZE[0] / 2, SIZE[1] / 2), angle, 1.0)
    turned = cv2.warpAffine(scene, turn, SIZE, borderMode=cv2.BORDER_CONSTANT, borderValue=TABLE)
    _, png = cv2.imencode(".png", turned)
    return bytes(png)
