"""A PostgreSQL of the tests' own: a fresh cluster on loopback, on a free port, gone with the tests."""

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from tests.ports import free_port

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
    data, port = str(folder / "data"), free_port()
    lines = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", **settings}
    options = " ".join(f"-c {key}={value}" for key, value in lines.items())
    try:
        _run("initdb", "-D", data, "-U", "tote", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        _run("pg_ctl", "-D", data, "-l", str(folder / "log"), "-o", options, "-w", "-t", "60", "start")
        yield f"postgresql+psycopg://tote@127.0.0.1:{port}/postgres"
    finally:
        _run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop", check=False)
        shutil.rmtree(folder, ignore_errors=True)


def url_of(server: str, database: str) -> str:
    return make_url(server).set(database=database).render_as_string(hide_password=False)


@contextmanager
def database(server: str, *, template: str = "template1") -> Iterator[str]:
    """The name of a new database there, gone with the block: a copy of `template`, to which nobody may be connected."""
    name = f"tote_{secrets.token_hex(6)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        yield name
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        engine.dispose()


def _run(name: str, *arguments: str, check: bool = True) -> None:
    as_account = ["runuser", "-u", ACCOUNT, "--"] if os.geteuid() == 0 else []
    # Not a pipe: the server would inherit it, and hold it open for as long as it runs.
    with tempfile.TemporaryFile() as said:
        command = [*as_account, program(name), *arguments]
        code = subprocess.call(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd="/")
        said.seek(0)
        assert not (check and code), f"{name} failed: {said.read().decode(errors='replace')[-500:]}"
