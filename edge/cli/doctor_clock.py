"""What `tote doctor` finds about the clock: a box has none of its own, and learns the time from others."""

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import requests

from edge.cli.selftest.answers import Finding
from edge.config import Config
from edge.secure import floor_of
from edge.watching import machine

WRONG = 300.0
"""Seconds that the clock may differ from HQ's: counts made in the store are taken up to twice that."""
SET = "set it: timedatectl set-ntp true, and let the time server through"


def examine_clock(config: Config) -> Finding:
    now, floor = time.time(), floor_of(Path(config.dir))()
    told = f"{datetime.fromtimestamp(now, UTC):%Y-%m-%d %H:%M:%S} UTC"
    if now < floor:
        return Finding(what="clock", ok=False, words=f"{told} is over: it runs behind", remedy=SET)
    hq = _of_hq(config.hq.url)
    if hq is not None and abs(now - hq) > WRONG:
        return Finding(what="clock", ok=False, words=f"{told}, {now - hq:+,.0f} s beside HQ's", remedy=SET)
    synchronised = {True: ", set by a time server", False: ", not set by a time server since the start", None: ""}
    beside = "" if hq is None else f", {now - hq:+.0f} s beside HQ's"
    return Finding(what="clock", ok=True, words=f"{told}{synchronised[machine.clock_was_set()]}{beside}")


def _of_hq(url: str) -> float | None:
    """Seconds since 1970, as HQ's web says in every answer; None without one."""
    try:
        said = requests.head(f"{url.rstrip('/')}/health/live", timeout=5).headers.get("Date", "")
        return parsedate_to_datetime(said).timestamp()
    except (requests.RequestException, ValueError, TypeError):
        return None
