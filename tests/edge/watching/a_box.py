"""A whole box in this process, without a broker and with a shop that sells nothing, or a small range."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from edge.box import Box
from edge.catalogue import Shelf, Version
from edge.config_file import parse
from tests.edge.shop.conftest import make_catalogue
from tests.edge.test_readers_elsewhere import SETTINGS


@contextmanager
def running(folder: Path, more: str = "", *, catalogue: bool = True) -> Iterator[Box]:
    if catalogue:
        file = make_catalogue(folder / "new.db", Version(1, 7))
        Shelf(folder / "catalogue").turn(Version(1, 7), file)
    box = Box(parse(f"dir = {json.dumps(str(folder))}\n" + SETTINGS + more))
    box.start()
    try:
        yield box
    finally:
        box.stop()


def scan(box: Box, text: str, reader: str = "cam") -> None:
    body = {"reader": reader, "text": text, "symbology": "ean13"}
    requests.post(f"{box.url}/s/tablet/scan", json=body, timeout=5).raise_for_status()


def figures(box: Box) -> dict[str, float]:
    """Each line of /metrics."""
    answer = requests.get(f"{box.url}/metrics", timeout=5)
    answer.raise_for_status()
    lines = (line.rpartition(" ") for line in answer.text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}
