"""Whether the release that was started is well: it is the one that answers, its store, outbox and web move, and every
station's page comes."""

import time
from collections.abc import Callable, Sequence

import msgspec

from edge.systemd import answer, well

PATIENCE = 300.0
"""Seconds within which a new release has to be well."""
STEADY, PAUSE = 5, 3.0
"""Looks in a row that must be good, and seconds between them: a box that keeps starting anew is well for moments."""


class Ready(msgspec.Struct):
    """What /health/ready answers, as far as it matters here."""

    release: str


def comes_up(
    box: str,
    stations: Sequence[str],
    release: str,
    *,
    patience: float = PATIENCE,
    look: Callable[[str], bool] = well,
    ask: Callable[[str], bytes | None] = answer,
    now: Callable[[], float] = time.monotonic,
    wait: Callable[[float], None] = time.sleep,
) -> bool:
    """`box` is its address on this machine, `release` the name of the one that is to answer there: whatever else holds
    that address, such as the release before that did not end, proves nothing."""
    ends, good = now() + patience, 0
    ready, pages = f"{box}/health/ready", [f"{box}/s/{station}" for station in stations]
    while now() < ends:
        good = good + 1 if _named(ask(ready)) == release and all(look(url) for url in pages) else 0
        if good == STEADY:
            return True
        wait(PAUSE)
    return False


def _named(ready: bytes | None) -> str | None:
    """The release that says that it is ready; None where none does."""
    try:
        return msgspec.json.decode(ready, type=Ready).release if ready else None
    except msgspec.MsgspecError:  # of another program
        return None
