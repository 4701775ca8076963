"""sqlite-utils, imported before anything else of the box does it, and without NumPy."""

from sync.absent import absent

with absent("numpy"):
    import sqlite_utils

__all__ = ["sqlite_utils"]
