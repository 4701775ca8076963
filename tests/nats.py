"""A NATS cluster of the tests' own: three nodes with JetStream that speak MQTT, on loopback, gone with the tests."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.ports import free_port

NODES = 3
CONFIG = """\
server_name: n{number}
listen: "127.0.0.1:{client}"
http: "127.0.0.1:{monitor}"
jetstream {{ store_dir: "{folder}/n{number}", max_memory_store: 64MB, max_file_store: 1GB }}
mqtt {{ listen: "127.0.0.1:{mqtt}" }}
cluster {{ name: tote, listen: "127.0.0.1:{route}", routes: [{routes}] }}
"""


def missing() -> str:
    """What to install, "" where it is there."""
    return "" if shutil.which("nats-server") else "nats-server is not installed: run scripts/setup"


@dataclass
class Node:
    """`address` is where it speaks MQTT."""

    address: tuple[str, int]
    monitor: int
    process: "subprocess.Popen[bytes]"

    def kill(self) -> None:
        """As a machine that loses its power."""
        self.process.kill()
        self.process.wait(5)


@contextmanager
def cluster() -> Iterator[list[Node]]:
    """Three nodes that have elected a leader."""
    folder = Path(tempfile.mkdtemp(prefix="tote-nats-"))
    nodes: list[Node] = []
    try:
        nodes += _started(folder)
        _wait(nodes, 60)
        yield nodes
    finally:
        for node in nodes:
            node.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _started(folder: Path) -> Iterator[Node]:
    ports = [free_port() for _ in range(4 * NODES)]
    routes = ", ".join(f'"nats://127.0.0.1:{port}"' for port in ports[3::4])
    for number in range(NODES):
        client, monitor, mqtt, route = ports[4 * number : 4 * number + 4]
        config = folder / f"n{number}.conf"
        named = {"client": client, "monitor": monitor, "mqtt": mqtt, "route": route, "routes": routes}
        config.write_text(CONFIG.format(number=number, folder=folder, **named))
        with (folder / f"n{number}.log").open("wb") as log:
            process = subprocess.Popen(["nats-server", "-c", str(config)], stdout=log, stderr=log)
        yield Node(("127.0.0.1", mqtt), monitor, process)


def _wait(nodes: list[Node], patience: float) -> None:
    """Until every node says that it is healthy: JetStream is up and knows its leader."""
    deadline = time.monotonic() + patience
    while not all(_healthy(node) for node in nodes):
        assert time.monotonic() < deadline, "the NATS cluster did not come up"
        assert all(node.process.poll() is None for node in nodes), "a node of the NATS cluster ended"
        time.sleep(0.1)


def _healthy(node: Node) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", node.monitor), 1) as asked:
            asked.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            return b" 200 " in asked.recv(100)
    except OSError:
        return False
