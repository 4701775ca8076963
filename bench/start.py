"""From nothing to the first page, and the memory that stays: a box with a catalogue, beside a bare Flask page in the
same web server, and beside Python alone. As where they are installed, all three find their modules compiled.

`start_s` begins with the process and ends with the wall's page, whole; `rss_mb` is resident memory after 200 pages.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import requests

from bench.bare import THREADS
from bench.shop import running_box
from bench.wear import rss_mb, views
from edge.demo.process import leashed
from kiosk.app import STREAMS
from kiosk.server import WORKERS

BOX = (sys.executable, "-c", "from edge.cli import main; raise SystemExit(main())", "run", "--json", "--config")
BARE = (sys.executable, "-m", "bench.bare")
TRIES, VARIANTS, VIEWS = 9, 10_000, 200


def _as_the_unit_has_it() -> None:
    """The environment that systemd gives a box."""
    unit = (Path(__file__).parents[1] / "systemd" / "tote.service").read_text()
    os.environ.update(re.findall(r"^Environment=([A-Z_]+)=(.+)$", unit, re.MULTILINE))


def _compiled(folder: Path) -> None:
    """As pip leaves what it installs; the first start, which is not measured, compiles everything into `folder`."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)


def run(*, short: bool = False) -> dict[str, Any]:
    """`start_s`, `rss_mb`, `over_flask` (the box's start over that of the bare page), and what they mean."""
    assert THREADS == STREAMS + WORKERS, "the bare page is to be served as the box's are"
    _as_the_unit_has_it()
    tries, variants = (3, 1_000) if short else (TRIES, VARIANTS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _compiled(folder / "compiled")
        with running_box(folder, variants, most_pictures=12) as box:
            views(box.url, ["/s/wall", "/s/staff"], VIEWS)
            resident = rss_mb(box.pid)
        starts: dict[str, list[float]] = {"box": [], "flask": [], "python": []}
        for _ in range(tries):  # in turns, so that other work of the machine falls on all alike
            starts["box"].append(
                _start((*BOX, str(folder / "tote.toml")), lambda line: json.loads(line)["url"] + "/s/wall")
            )
            starts["flask"].append(_start(BARE, str.strip))
            starts["python"].append(_seconds_of_python())
    box_s, flask_s = median(starts["box"]), median(starts["flask"])
    return {
        "start_s": round(box_s, 2),
        "start_max_s": round(max(starts["box"]), 2),
        "flask_s": round(flask_s, 2),
        "python_s": round(median(starts["python"]), 3),
        "over_flask": round(box_s / flask_s, 2),
        "rss_mb": round(resident, 1),
        "variants": variants,
        "tries": tries,
    }


def _start(command: Sequence[str], page_of: Callable[[str], str]) -> float:
    """Seconds until the page that the program's first line leads to has come."""
    began = time.perf_counter()
    with subprocess.Popen(
        leashed(list(command)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        try:
            requests.get(page_of(process.stdout.readline()), timeout=30).raise_for_status()
            return time.perf_counter() - began
        finally:
            process.terminate()
            process.wait(10)


def _seconds_of_python() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - began
