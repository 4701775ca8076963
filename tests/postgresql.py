"""A PostgreSQL of the tests' own: a fresh cluster on loopback, on a free port, gone with the tests."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PLACES = Path("/usr/lib/postgresql")
"""Debian keeps the programs of each version in a folder of its own, off the path."""
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For tests of what is said, not of what survives."""
ACCOUNT = "postgres"
"""Made by Debian's package: the server refuses to run as root."""


def program(name: str) -> str:
    """The path of one of the server's programs, "" where it is not installed."""
    versions = sorted(PLACES.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    return str(versions[-1]) if versions else shutil.which(name) or ""


@contextmanager
def running(**settings: str) -> Iterator[str]:
    """SQLAlchemy's URL of a server that runs until the block is left. `settings` go into its postgresql.conf."""
    folder = Path(tempfile.mkdtemp(prefix="tote-postgresql-"))
    if os.geteuid() == 0:
        shutil.chown(folder, ACCOUNT, ACCOUNT)
    data, port = str(folder / "data"), _free_port()
    lines = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", **settings}
    options = " ".join(f"-c {key}={value}" for key, value in lines.items())
    try:
        _run("initdb", "-D", data, "-U", "tote", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        _run("pg_ctl", "-D", data, "-l", str(folder / "log"), "-o", options, "-w", "-t", "60", "start")
        yield f"postgresql+psycopg://tote@127.0.0.1:{port}/postgres"
    finally:
        _run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop", check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _run(name: str, *arguments: str, check: bool = True) -> None:
    as_account = ["runuser", "-u", ACCOUNT, "--"] if os.geteuid() == 0 else []
    # Not a pipe: the server would inherit it, and hold it open for as long as it runs.
    with tempfile.TemporaryFile() as said:
        command = [*as_account, program(name), *arguments]
        code = subprocess.call(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd="/")
        said.seek(0)
        assert not (check and code), f"{name} failed: {said.read().decode(errors='replace')[-500:]}"


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
