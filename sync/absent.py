"""Libraries that others take along wherever they are installed, for what Tote has no use for.

At a box's start NumPy (which sqlite-utils takes along, to know its kinds of numbers) and dnspython (which paho takes
along, to look for brokers by SRV records) cost 0.15 s and 25 MB. Whoever needs one imports it for themselves.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def absent(name: str) -> Iterator[None]:
    """Inside, the library `name` is not to be found, unless it was imported before. For imports at the top of a module
    alone: other threads don't find it either."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # the import system's own word for "there is none"
    try:
        yield
    finally:
        del sys.modules[name]
