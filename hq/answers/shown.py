"""What an answer may carry, per kind of question and kind of screen. Whatever else HQ knows never crosses the wire."""

from collections.abc import Mapping
from typing import Any, Literal

Screen = Literal["wall", "tablet", "staff"]
"""A wall is read by whoever passes; a staff tablet by people whom the shopper has told nothing."""

SHOWN: Mapping[tuple[str, str], frozenset[str]] = {
    ("stock", ""): frozenset({"stock"}),
    ("https", ""): frozenset({"certificate", "authority"}),
    ("backup", ""): frozenset({"key"}),
    ("renew", ""): frozenset({"certificate"}),
    ("profile", "wall"): frozenset({"known", "language", "initial", "basket"}),
    ("profile", "tablet"): frozenset({"known", "language", "initial", "sizes", "basket", "points", "offers"}),
    ("profile", "staff"): frozenset({"known", "language"}),
}
"""The fields of an answer's body. A wall needs the basket that waits, to take it over when its owner says so; it shows
how many pieces, and not which. Stock and certificates are nobody's secret: they are the same on every screen ("")."""
PARTS: Mapping[str, frozenset[str]] = {
    "stock": frozenset({"sku", "store", "quantity", "as_of"}),
    "sizes": frozenset({"category", "size"}),
    "basket": frozenset({"sku", "quantity", "fulfilment"}),
    "offers": frozenset({"text", "until"}),
}
"""The fields of each thing in a list. A field that is a list and is not named here stays empty."""


def shown(kind: str, screen: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """`body` without what that screen may not show; nothing of it where kind or screen is not in the list."""
    fields = SHOWN.get((kind, screen), frozenset())
    return {name: _parts(name, value) for name, value in body.items() if name in fields}


def _parts(name: str, value: Any) -> Any:
    if not isinstance(value, list | dict):
        return value
    allowed = PARTS.get(name, frozenset())
    return [{key: part[key] for key in part if key in allowed} for part in value if isinstance(part, dict) and allowed]
