"""Broker, `tote-hq run` and `tote run` as processes, with a few articles, a basket that was sent, and their logs."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import requests

from edge.catalogue import Shelf, Version
from edge.demo.process import leashed
from hq import links, stores
from tests.edge.shop.conftest import make_catalogue
from tests.hq import showroom
from tests.ports import free_port
from tests.torture.children import mosquitto
from tests.torture.results import ROOT

STORE, STATIONS = "aurora-tallinn", ("wall", "tablet", "staff")
PATIENCE = 60.0
TOTE, TOTE_HQ = "from edge.cli import main", "from hq.cli import main"


class Program:
    """A process that says `{"ready": true, ...}`; its stderr goes to `log`."""

    def __init__(
        self, imports: str, *arguments: object, log: Path, cwd: Path, before: Sequence[str] = (), **environment: str
    ) -> None:
        """`imports` makes `main`, which is called with `arguments`, behind such a command as ulimit."""
        self.log, path = log, os.environ.get("PYTHONPATH", "")
        command = [*before, sys.executable, "-c", f"{imports}; raise SystemExit(main())", *map(str, arguments)]
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                leashed(command),
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                cwd=cwd,
                env={**os.environ, "PYTHONPATH": f"{ROOT}:{path}", **environment},
            )
        assert self._process.stdout
        self._out: IO[str] = self._process.stdout

    def ready(self) -> dict[str, Any]:
        line = self._out.readline()
        assert line, f"it did not start: {self.log.read_text()[-1000:]}"
        announced: dict[str, Any] = json.loads(line)
        return announced

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def signal(self, number: int) -> int:
        """Sends it, and waits for the end; the exit status."""
        self._process.send_signal(number)
        status = self._process.wait(PATIENCE)
        self._out.close()
        return status

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._out.close()


class House:
    """A context manager; `box` and `hq` are URLs, `port` the broker's."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self._broker = mosquitto(folder, self.port)
        self.tokens = _hq(folder / "hq")
        self.at_hq = Program(
            TOTE_HQ, "run", "--dir", folder / "hq", "--port", 0, "--broker", f"127.0.0.1:{self.port}",
            log=folder / "hq.log", cwd=folder,
        )  # fmt: skip
        told = self.at_hq.ready()
        keys = {name: told[name] for name in ("seal_key", "verify_key")}
        config = box_config(folder / "box", broker=f"127.0.0.1:{self.port}", url=told["url"], **keys)
        self.at_box = Program(TOTE, "run", "--json", "--config", config, log=folder / "box.log", cwd=folder)
        self.hq, self.box = told["url"], self.at_box.ready()["url"]

    def __enter__(self) -> "House":
        return self

    def __exit__(self, *_: object) -> None:
        self.at_box.stop()
        self.at_hq.stop()
        self._broker.kill()
        self._broker.wait()

    def check(self) -> None:
        """Both live, nothing was a surprise to them, and an event still gets from a screen to HQ."""
        self.works()
        for program in (self.at_box, self.at_hq):
            assert program.alive, f"{program.log.name}: the process ended: {program.log.read_text()[-1000:]}"
            assert "Traceback" not in (said := program.log.read_text()), _around(said, "Traceback")

    def works(self) -> None:
        scan = {"symbology": "ean13", "text": "9506000134352"}
        before = self._status()["head"]
        until = time.monotonic() + PATIENCE
        while not (answer := requests.post(f"{self.box}/s/staff/scan", json=scan, timeout=10)).ok:
            assert answer.status_code == 429 and time.monotonic() < until, f"a scan is answered {answer.status_code}"
            time.sleep(0.1)
        while (status := self._status())["waiting"] or status["head"] <= before:
            assert time.monotonic() < until, f"the box has no receipt for everything: {status}"
            time.sleep(0.05)

    def _status(self) -> dict[str, Any]:
        status: dict[str, Any] = requests.get(f"{self.box}/status.json", timeout=10).json()
        return status


def box_config(folder: Path, *, broker: str, url: str, seal_key: str, verify_key: str) -> Path:
    """The settings of a box under `folder`, whose catalogue is there."""
    shelf = Shelf(folder / "catalogue")
    shelf.turn(Version(1, 1), make_catalogue(shelf.folder / "incoming.db", Version(1, 1)))
    stations = "".join(f'[[station]]\nid = "{name}"\nkind = "{name}"\n' for name in STATIONS)
    config = folder / "tote.toml"
    config.write_text(
        f'store = "{STORE}"\ndir = "{folder}"\nlanguages = ["en", "de"]\n[screen]\nport = 0\n[hq]\n'
        f'broker = "{broker}"\nurl = "{url}"\nseal_key = "{seal_key}"\nverify_key = "{verify_key}"\n{stations}'
    )
    return config


def known_words(house: House) -> Mapping[str, Sequence[str]]:
    """What the parts of a route may be called that are there, so that requests get beyond the first check."""
    return {
        "station": STATIONS,
        "screen": ("article", "browse", "basket", "send"),
        "sku": ("BOOT-42", "BOOT-43", "TENT"),
        "token": house.tokens,
        "gtin": (showroom.GTIN,),
        "profile": (showroom.PROFILE,),
    }


def _hq(folder: Path) -> tuple[str, ...]:
    """An HQ with articles and a basket, not running; what names the basket's page, and the mail to unsubscribe from."""
    hq = showroom.showroom(folder)
    try:
        with hq.engine.begin() as connection:
            stores.register(connection, STORE)
            connection.exec_driver_sql("UPDATE feed_version SET head = '{}'")
        showroom.send_basket(hq)
        key = hq.keys.link
        return links.token(key, "basket", showroom.BASKET), links.token(key, "unsubscribe", showroom.MAIL_ID)
    finally:
        hq.close()


def _around(text: str, word: str) -> str:
    at = text.index(word)
    return text[max(at - 500, 0) : at + 3000]
