"""Counting by hand: what the pieces that somebody counted make of the count that was known."""

from typing import Literal, get_args

Reason = Literal["count", "found", "damage", "sold"]
"""Why a number is put right: "count" tells all pieces there are, the others how many came or went."""
REASONS: tuple[Reason, ...] = get_args(Reason)
MOST_PIECES = 9_999
"""Of one article."""
MOST_ARTICLES = 200
"""Of one list (and of one event that tells it)."""


def after(known: int | None, pieces: int, reason: Reason) -> int:
    """How many there are then; `known` is None where nobody counted before, which is taken for none."""
    change = {"count": pieces - (known or 0), "found": pieces, "damage": -pieces, "sold": -pieces}
    return max(0, (known or 0) + change[reason])
