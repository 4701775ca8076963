"""What the moving showcase costs: processor time of the whole browser while nobody is there."""

import os
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from bench.scan import VIEWPORT

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_of_the_showcase(browser: Browser, url: str, seconds: float) -> dict[str, Any]:
    """Percent of one core, with motion and without (reduced motion), on a wall of 4K with software rendering."""
    moving, still = (_percent(browser, url, seconds, motion) for motion in ("no-preference", "reduce"))
    return {"showcase_cpu_percent": moving, "showcase_still_cpu_percent": still}


def _percent(browser: Browser, url: str, seconds: float, motion: Any) -> float:
    page = browser.new_page(viewport=VIEWPORT, reduced_motion=motion)
    page.goto(f"{url}/s/wall")
    page.wait_for_timeout(3000)
    before, began = _cpu_s(), time.monotonic()
    page.wait_for_timeout(seconds * 1000)
    took = 100 * (_cpu_s() - before) / (time.monotonic() - began)
    page.close()
    return round(took, 1)


def _cpu_s() -> float:
    """Processor seconds so far of every Chromium that this process started."""
    parents, used = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            name, fields = (folder / "stat").read_text().split("(", 1)[1].rsplit(")", 1)
        except OSError:  # gone meanwhile
            continue
        rest, pid = fields.split(), int(folder.name)
        parents[pid] = int(rest[1])
        if "chrom" in name:
            used[pid] = (int(rest[11]) + int(rest[12])) / TICKS
    return sum(seconds for pid, seconds in used.items() if _is_ours(pid, parents))


def _is_ours(pid: int, parents: dict[int, int]) -> bool:
    while pid > 1:
        if pid == os.getpid():
            return True
        pid = parents.get(pid, 0)
    return False
