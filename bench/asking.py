"""A process that has a catalogue and nothing else, and times questions: `python -m bench.asking FILE`, queries as JSON
on stdin."""

import gc
import json
import resource
import statistics
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench.million import HERE, NEARBY
from edge.catalogue import Catalogue
from edge.catalogue.choice import Whereabouts

WHERE = Whereabouts(here=HERE, nearby=NEARBY)


def main(file: Path, queries: list[str]) -> dict[str, Any]:
    before = _rss()
    with Catalogue.open(file) as catalogue:
        began = time.perf_counter()
        catalogue.warm()
        warm = time.perf_counter() - began
        for query in queries[::7]:
            catalogue.search(query, "en", where=WHERE)
        gc.freeze()  # as `tote run` does
        whole = _times(catalogue, queries, typing=False)
        typed = _times(catalogue, (query[:end] for query in queries for end in range(2, len(query) + 1)), typing=True)
    return {
        "p99_ms_1m": _part(whole, 0.99),
        "p50_ms_1m": _part(whole, 0.5),
        "p95_typing_ms_1m": _part(typed, 0.95),
        "p50_typing_ms_1m": _part(typed, 0.5),
        "p99_typing_ms_1m": _part(typed, 0.99),
        "p99_cpu_ms_1m": _part(whole, 0.99, cpu=True),
        "p95_typing_cpu_ms_1m": _part(typed, 0.95, cpu=True),
        "asked": len(whole),
        "typed": len(typed),
        "warm_s": round(warm, 2),
        "rss_mb": round(_rss()),
        "rss_before_mb": round(before),
    }


def _times(catalogue: Catalogue, queries: Iterable[str], *, typing: bool) -> list[tuple[float, float]]:
    """Milliseconds of the clock, and of this thread on a core: on a busy machine only the second says something."""
    taken = []
    for query in queries:
        began, worked = time.perf_counter(), time.thread_time()
        catalogue.search(query, "en", where=WHERE, typing=typing)
        taken.append(((time.perf_counter() - began) * 1_000, (time.thread_time() - worked) * 1_000))
    return taken


def _part(times: list[tuple[float, float]], part: float, *, cpu: bool = False) -> float:
    return round(statistics.quantiles([one[cpu] for one in times], n=1_000)[round(part * 1_000) - 1], 2)


def _rss() -> float:
    """MB at most so far, mapped pages of the file among them."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    json.dump(main(Path(sys.argv[1]), json.load(sys.stdin)), sys.stdout)
