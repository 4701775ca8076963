"""What a box's process weighs after a long day of page views and whole visits, several at once."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from bench.shop import ean

AT_ONCE = 4


def rss_mb(pid: int) -> float:
    """Resident memory of a process, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1000


def views(url: str, paths: list[str], count: int) -> None:
    """`count` page views, of each of `paths` in turn."""

    def some(first: int) -> None:
        with requests.Session() as session:
            for i in range(first, count, AT_ONCE):
                session.get(url + paths[i % len(paths)], timeout=30).raise_for_status()

    _at_once(some)


def visits(url: str, stations: list[str], count: int, variants: int) -> None:
    """`count` visits: a scan, a search, an article, into the basket, the basket, done."""

    def some(first: int) -> None:
        with requests.Session() as session:
            for i in range(first, count, AT_ONCE):
                _visit(session, f"{url}/s/{stations[i % len(stations)]}", i, variants)

    _at_once(some)


def _visit(session: requests.Session, base: str, i: int, variants: int) -> None:
    sku = f"S{i * 7919 % variants}"
    scan = {"symbology": "ean13", "text": ean(i * 31 % variants)}
    session.post(f"{base}/scan", json=scan, timeout=30).raise_for_status()
    steps: list[tuple[str, dict[str, str]]] = [
        ("search", {"query": f"article {i % 997}"}),
        ("show/article", {"sku": sku}),
        ("basket/lines", {"sku": sku}),
        ("show/basket", {}),
        ("done", {}),
    ]
    for path, form in steps:
        session.post(f"{base}/{path}", data=form, timeout=30).raise_for_status()


def _at_once(some: Callable[[int], None]) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(some, range(AT_ONCE)))
