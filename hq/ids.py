"""Ids that derive from others, so that the same event always makes the same rows."""

from hashlib import sha256


def derived(*parts: str) -> str:
    """32 hex digits."""
    return sha256("\0".join(parts).encode()).hexdigest()[:32]
