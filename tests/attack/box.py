"""A real box (`tote run`) in a namespace: pairing required, screens over https."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from edge.catalogue import Shelf, Version
from edge.demo.process import leashed
from edge.demo.programs import program
from tests.attack.networks import BOX, within
from tests.edge.shop.conftest import make_catalogue

PORT, STATION = 8080, "tablet"
KEY = "09" * 32
SETTINGS = """
store = "shop"
dir = "{folder}"
languages = ["en"]
[screen]
host = "0.0.0.0"
port = {port}
hosts = ["{address}"]
[hq]
broker = "127.0.0.1:9"
url = "http://127.0.0.1:9"
seal_key = "{key}"
verify_key = "{key}"
[[station]]
id = "tablet"
kind = "tablet"
[[station]]
id = "wall"
kind = "wall"
"""


@dataclass(frozen=True, kw_only=True)
class Box:
    namespace: str
    config: Path
    log: Path

    def tote(self, *words: str) -> str:
        """What a command says that is given on the box."""
        command = [*within(self.namespace), program("tote"), *words, "--config", str(self.config)]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.strip()

    def token(self, station: str) -> str:
        return str(json.loads(self.tote("station", "token", station, "--json"))["token"])

    def figures(self) -> str:
        """/metrics, which this machine alone may see."""
        return self._asked("/metrics")

    def pair(self, station: str, code: str) -> None:
        self._asked("/api/pair", json.dumps({"station": station, "code": code}))

    def _asked(self, path: str, body: str = "") -> str:
        url, data = f"http://127.0.0.1:{PORT}{path}", body.encode() or None
        asked = (
            "import urllib.request as u\n"
            f"asked = u.Request({url!r}, {data!r}, {{'Content-Type': 'application/json'}})\n"
            "print(u.urlopen(asked, timeout=60).read().decode())"
        )
        command = [*within(self.namespace), sys.executable, "-c", asked]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=90).stdout


@contextmanager
def running(folder: Path, namespace: str) -> Iterator[Box]:
    shelf = Shelf(folder / "catalogue")
    shelf.turn(Version(1, 1), make_catalogue(shelf.folder / "incoming.db", Version(1, 1)))
    config = folder / "tote.toml"
    config.write_text(SETTINGS.format(folder=folder, port=PORT, address=BOX, key=KEY))
    command = [*within(namespace), program("tote"), "run", "--config", str(config), "--json"]
    with (folder / "box.log").open("wb") as log:
        process = subprocess.Popen(leashed(command), stdout=subprocess.PIPE, stderr=log)
    assert process.stdout
    try:
        assert json.loads(process.stdout.readline())["ready"]
        yield Box(namespace=namespace, config=config, log=folder / "box.log")
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()
