"""Pictures as PNG: mail clients show neither SVG nor, some of them, WebP (caniemail: image-svg, image-webp)."""

from pathlib import Path

from resvg_py import svg_to_bytes

from hq.theme import Theme, drawn


def png(source: Path, width: int) -> bytes:
    """The picture in `source`, SVG or anything OpenCV reads, `width` pixels wide. Raises ValueError for no picture."""
    return from_svg(source.read_text(encoding="utf-8"), width) if source.suffix == ".svg" else _scaled(source, width)


def from_svg(svg: str, width: int) -> bytes:
    # System fonts would make the picture differ from machine to machine; product pictures hold none.
    return bytes(svg_to_bytes(svg_string=svg, width=width, skip_system_fonts=True))


def logo(theme: Theme, width: int) -> bytes:
    """The word mark on the theme's night. The ground is part of the picture, so that no mail client's dark mode can
    put light letters on a light ground."""
    svg = drawn(theme.logo, theme, theme.css["night-ink"])
    return bytes(svg_to_bytes(svg_string=svg, width=width, background=theme.css["night"], skip_system_fonts=True))


def _scaled(source: Path, width: int) -> bytes:
    import cv2  # a third of HQ's start-up time and memory, needed by shops with photographs only

    image = cv2.imread(str(source), cv2.IMREAD_UNCHANGED)
    if image is None:
        raise ValueError(f"{source.name} is no picture")
    if image.shape[1] > width:
        image = cv2.resize(image, (width, round(image.shape[0] * width / image.shape[1])), interpolation=cv2.INTER_AREA)
    return bytes(cv2.imencode(".png", image)[1])
