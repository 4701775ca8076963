"""A real broker that runs exactly what `tote-hq broker-config` wrote, an HQ with its authority, and certified lines."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import randrange
from typing import Any

import pytest

from hq.authority import for_hq
from hq.authority.authority import Authority
from hq.cli import main as tote_hq
from hq.config import Broker, Config
from hq.service import Hq, open_hq
from sync.line import Line, LineUp
from sync.tls import Floor, Trust, trust
from tests.hq.authority.asking import certified
from tests.ports import free_port

MOSQUITTO = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
NATS = shutil.which("nats-server", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
needs_nats = pytest.mark.skipif(NATS is None, reason="nats-server is not installed: run scripts/setup")
needs_mosquitto = pytest.mark.skipif(MOSQUITTO is None, reason="Mosquitto is not installed: run scripts/setup")
PATIENCE = 20.0
"""Seconds that a loaded machine may take; a test in good health never waits so long."""


def until(true: Callable[[], object], what: str) -> None:
    ends = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < ends, what
        time.sleep(0.02)


def next_of(line: Line, kind: type) -> Any:
    ends = time.monotonic() + PATIENCE
    while not isinstance(happened := line.inbox.get(timeout=max(0, ends - time.monotonic())), kind):
        pass
    return happened


@dataclass
class Secured:
    """HQ and the folder of its broker; `host` is the name that stands in the broker's certificate."""

    hq: Hq
    folder: Path
    port: int
    host: str = "127.0.0.1"
    hosts: list[str] = field(default_factory=list)
    """Of all nodes, where there are several."""
    _certified: dict[str, tuple[Path, Path]] = field(default_factory=dict)

    @property
    def authority(self) -> Authority:
        return for_hq(self.hq)

    def enrolled(self, store: str) -> tuple[Path, Path]:
        """Certificate and key of this store's box, gained by a code as every box gains them."""
        if store not in self._certified:
            self._certified[store] = certified(self.hq, store, self.folder)
        return self._certified[store]

    def trust(self, store: str, *, floor: Floor = lambda: 0.0) -> Trust:
        certificate, key = self.authority.hq_files if store == "_hq" else self.enrolled(store)
        return trust(floor, ca=self.authority.ca_file, certificate=certificate, key=key)

    @contextmanager
    def line(self, store: str, *subscriptions: str, tls: Trust | None = None, host: str = "") -> Iterator[Line]:
        """Started, not waited for. What it is subscribed to is what it asks for, allowed or not."""
        addresses = [(each, self.port) for each in ([host] if host else self.hosts or [self.host])]
        line = Line(addresses, name=store, subscriptions=subscriptions, tls=tls or self.trust(store))
        line.start()
        try:
            yield line
        finally:
            line.stop()

    @contextmanager
    def up(self, store: str, *subscriptions: str) -> Iterator[Line]:
        with self.line(store, *subscriptions) as line:
            next_of(line, LineUp)
            yield line


@contextmanager
def secured(place: Path, *, host: str = "127.0.0.1", access: str = "") -> Iterator[Secured]:
    """Ends broker and HQ with the block. `access` replaces the rules that were generated: for controls."""
    port, folder = free_port(), Path(tempfile.mkdtemp(prefix="tote-broker-"))
    folder.chmod(0o755)  # a broker that root starts goes on as its own user, who may not look into root's folders
    settings = Broker(address=f"{host}:{port}", tls=True, reload=f"sh -c 'kill -HUP $(cat {folder}/pid)'")
    place.mkdir(parents=True, exist_ok=True)
    (place / "hq.toml").write_text(
        f'[broker]\naddress = "{settings.address}"\ntls = true\nreload = "{settings.reload}"\n'
    )
    out = ["--out", str(folder / "broker"), "--host", host, "--create"]
    assert tote_hq(["broker-config", *out, "--dir", str(place)]) == 0
    if access:
        (folder / "broker" / "acl").write_text(access)
    hq = open_hq(place, Config(broker=settings))
    try:
        with running(folder / "broker" / "mosquitto.conf", folder / "pid", port):
            yield Secured(hq, place, port, host)
    finally:
        hq.close()
        shutil.rmtree(folder)


@contextmanager
def secured_cluster(place: Path) -> Iterator[tuple[Secured, list["subprocess.Popen[bytes]"]]]:
    """Three nodes of NATS on addresses of the loopback that nobody else uses, with exactly what was generated."""
    block = f"127.{randrange(1, 255)}.{randrange(1, 255)}"
    hosts = [f"{block}.{n}" for n in (1, 2, 3)]
    port, folder = 8883, Path(tempfile.mkdtemp(prefix="tote-cluster-"))
    place.mkdir(parents=True, exist_ok=True)
    address = ",".join(f"{host}:{port}" for host in hosts)
    reload = f"sh -c 'kill -HUP $(cat {folder}/pids)'"
    (place / "hq.toml").write_text(f'[broker]\naddress = "{address}"\ntls = true\nreload = "{reload}"\n')
    out = ["--out", str(folder / "broker"), "--kind", "nats", "--host", *hosts, "--create"]
    assert tote_hq(["broker-config", *out, "--dir", str(place)]) == 0
    hq = open_hq(place, Config(broker=Broker(address=address, tls=True, reload=reload)))
    with (folder / "log").open("w") as log:
        start = [str(NATS), "-c"]
        nodes = [subprocess.Popen([*start, str(folder / "broker" / f"{host}.conf")], stderr=log) for host in hosts]
        (folder / "pids").write_text(" ".join(str(node.pid) for node in nodes))
        try:
            yield Secured(hq, place, port, hosts[0], hosts), nodes
        finally:
            for node in nodes:
                node.terminate()
            for node in nodes:
                node.wait(timeout=20)
            hq.close()
            shutil.rmtree(folder)


@contextmanager
def running(configuration: Path, pid: Path, port: int) -> Iterator[None]:
    with (pid.parent / "log").open("w") as log:
        process = subprocess.Popen([str(MOSQUITTO), "-c", str(configuration)], stderr=log, stdout=log)
        pid.write_text(str(process.pid))
        try:
            until(lambda: answers(port) or process.poll() is not None, "the broker")
            assert process.poll() is None, (pid.parent / "log").read_text()
            yield
        finally:
            process.terminate()
            process.wait(timeout=10)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
