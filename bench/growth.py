"""How figures grow with the people HQ knows: drawn as SVG, both axes in powers of ten.

python -m bench hq --json > figures.json; python -m bench.growth figures.json > docs/images/hq-growth.svg
"""

import json
import sys
from collections.abc import Iterator, Mapping
from math import log10
from pathlib import Path

SIZES = (10_000, 100_000, 1_000_000)
LINES = {
    "audience_s": ("who is in an audience", 1_000.0, "#b4532a"),
    "overview_p95_ms": ("overview", 1.0, "#1f6f8b"),
    "insight_p95_ms": ("insight", 1.0, "#3b8f5a"),
    "people_p95_ms": ("list of people", 1.0, "#7a6a9e"),
    "explain_p95_ms": ("one person explained", 1.0, "#8a7a2f"),
}
"""By key of the figures: its name, what makes milliseconds of it, its colour."""
LEFT, RIGHT, TOP, BOTTOM, DECADES = 90, 860, 60, 500, (1, 5)
AIM = 300
_FONT = 'font-family="Inter, Helvetica, Arial, sans-serif" font-size="16" fill="#20242a"'


def drawn(figures: Mapping[str, float]) -> str:
    """`figures` as `python -m bench hq --json` tells them."""
    parts = [*_frame(), *_aim()]
    lines = {key: [figures[f"{key}_{size}"] * LINES[key][1] for size in SIZES] for key in LINES}
    places = _apart({key: _y(values[-1]) for key, values in lines.items()})
    for key, values in lines.items():
        parts += _line(key, values, places[key])
    title = "Milliseconds against the number of people HQ knows, p95; the audience in whole"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1160 560" {_FONT}>\n' + "\n".join(
        [f"<title>{title}</title>", '<rect width="1160" height="560" fill="#faf8f4"/>', *parts, "</svg>\n"]
    )


def _frame() -> Iterator[str]:
    yield f'<text x="{LEFT}" y="34" font-weight="700">Milliseconds, by how many people HQ knows</text>'
    for decade in range(DECADES[0], DECADES[1] + 1):
        y = _y(10.0**decade)
        yield f'<path d="M{LEFT} {y:.1f}H{RIGHT}" stroke="#d9d2c4"/>'
        yield f'<text x="{LEFT - 12}" y="{y + 5:.1f}" text-anchor="end">{10**decade:,}</text>'
    for size in SIZES:
        yield f'<text x="{_x(size):.1f}" y="{BOTTOM + 32}" text-anchor="middle">{size:,}</text>'


def _aim() -> Iterator[str]:
    y = _y(AIM)
    yield f'<path d="M{LEFT} {y:.1f}H{RIGHT}" stroke="#6a6357" stroke-dasharray="6 6"/>'
    yield f'<text x="{LEFT + 8}" y="{y - 8:.1f}" fill="#6a6357" font-size="14">aim of the dashboards: {AIM} ms</text>'


def _line(key: str, values: list[float], place: float) -> Iterator[str]:
    name, _, colour = LINES[key]
    points = [(_x(size), _y(value)) for size, value in zip(SIZES, values, strict=True)]
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    yield f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="3"/>'
    yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colour}"/>' for x, y in points)
    said = f"{name}, {values[-1]:,.0f}"
    yield f'<text x="{RIGHT + 16}" y="{place + 5:.1f}" fill="{colour}" font-weight="700">{said}</text>'


def _apart(places: dict[str, float]) -> dict[str, float]:
    """Names that would lie upon each other move down."""
    free, found = 0.0, {}
    for key, y in sorted(places.items(), key=lambda one: one[1]):
        found[key] = max(y, free)
        free = found[key] + 22
    return found


def _x(size: float) -> float:
    first, last = log10(SIZES[0]), log10(SIZES[-1])
    return LEFT + 40 + (RIGHT - LEFT - 60) * (log10(size) - first) / (last - first)


def _y(milliseconds: float) -> float:
    low, high = DECADES
    return BOTTOM - (BOTTOM - TOP) * (log10(max(milliseconds, 10.0**low)) - low) / (high - low)


if __name__ == "__main__":
    sys.stdout.write(drawn(json.loads(Path(sys.argv[1]).read_text())))
