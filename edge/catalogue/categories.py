"""Paths of categories: parts from the root, joined by " > "."""

from functools import lru_cache


@lru_cache(maxsize=8_192)
def ancestors(category: str) -> tuple[str, ...]:
    """ "Shoes > Boots" lies in "Shoes" and in "Shoes > Boots"."""
    parts = [part.strip() for part in category.split(" > ") if part.strip()]
    return tuple(" > ".join(parts[: end + 1]) for end in range(len(parts)))
