"""The real broker and the real `tote-hq run`, as children that end with the block they are used in."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, func, select

from edge.demo.broker import command
from edge.demo.ports import answers, draw
from edge.demo.process import leashed
from hq.config import Config, Database
from hq.service import open_hq
from hq.store import engine as engines
from hq.store import tables
from hq.store.insert import insert_new

BROKER = """\
listener {port} 127.0.0.1
allow_anonymous true
persistence false
set_tcp_nodelay true
user root
"""


@dataclass(frozen=True)
class Server:
    """A child, and where it is reached."""

    pid: int
    address: str


@dataclass(frozen=True)
class HqServer(Server):
    seal_key: bytes
    database: str

    def applied(self) -> int:
        """The marks of all logs, added up."""
        with engines.reading(_engine(self.database)) as connection:
            return int(connection.scalar(select(func.sum(tables.log.c.mark))) or 0)

    def reaches(self, count: int, patience: float) -> float:
        """Waits until `count` events are committed. Returns when, by the monotonic clock."""
        deadline = time.monotonic() + patience
        while (there := self.applied()) < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"HQ has {there} of {count} events after {patience:.0f} s")
            time.sleep(0.02)
        return time.monotonic()


@contextmanager
def broker(folder: Path) -> Iterator[Server]:
    port, config = draw()["broker"], folder / "mosquitto.conf"
    config.write_text(BROKER.format(port=port))
    with _child(command("mosquitto", config), folder / "broker.log") as child:
        while not answers(port):
            time.sleep(0.02)
        yield Server(child.pid, f"127.0.0.1:{port}")


@contextmanager
def hq(folder: Path, broker: Server, stores: Sequence[str], *, database: str = "") -> Iterator[HqServer]:
    """`tote-hq run` without mail, all `stores` known to it; `database`: a URL, "" for SQLite."""
    config = Config(database=Database(url=database))
    with closing(open_hq(folder / "hq", config)) as opened, opened.engine.begin() as connection:
        insert_new(connection, tables.setting, [{"key": f"store:{store}", "value": ""} for store in stores])
    (folder / "hq" / "hq.toml").write_text(f"[database]\nurl = {json.dumps(database)}\n")
    program = Path(sys.executable).parent / "tote-hq"
    run = [str(program), "run", "--dir", str(folder / "hq"), "--port", "0", "--broker", broker.address, "--json"]
    with _child(run, folder / "hq.log", stdout=subprocess.PIPE) as child:
        assert child.stdout
        ready = json.loads(child.stdout.readline())
        url = engines.url_of(folder / "hq", database)
        yield HqServer(child.pid, ready["url"], bytes.fromhex(ready["seal_key"]), url)


@contextmanager
def _child(argv: Sequence[str], log: Path, *, stdout: int | None = None) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("wb") as file, subprocess.Popen(leashed([*argv]), stdout=stdout or file, stderr=file) as child:
        try:
            yield child
        finally:
            child.terminate()
            child.wait(20)


_engines: dict[str, Engine] = {}


def _engine(url: str) -> Engine:
    if url not in _engines:
        _engines[url] = engines.create(url)
    return _engines[url]


# ---- what a child costs ----------------------------------------------------------------------------------------------


def cpu_s(pid: int) -> float:
    """Processor time of a process so far, seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def memory_mb(pid: int) -> float:
    """Resident memory of a process."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return round(int(line.split()[1]) / 1024, 1)
