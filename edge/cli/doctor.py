"""`tote doctor`: is everything as it should be? Each finding comes with its remedy."""

import argparse
import shutil
import socket
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import requests

from edge.cli.options import add_config, add_json, say_json
from edge.config import Config, load
from edge.store import Database, EventLog
from hardware import drivers
from hardware.errors import HardwareError

LOW = 500 * 1024 * 1024
"""Bytes free below which the disk is a finding."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    what: str
    ok: bool
    words: str
    remedy: str = ""


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "doctor",
        help="check disk, event log, line, HQ and readers",
        description="Checks what this box needs. Exit status 1 when something is wrong; each finding names its remedy.",
    )
    add_config(parser)
    add_json(parser)
    parser.set_defaults(run=main)


def main(args: argparse.Namespace) -> int:
    findings = list(examine(load(args.config)))
    for finding in findings:
        if args.json:
            say_json(asdict(finding))
        else:
            remedy = f"\n       {finding.remedy}" if finding.remedy else ""
            print(f"{'ok  ' if finding.ok else 'MEND'}  {finding.what:<10} {finding.words}{remedy}")
    return 0 if all(finding.ok for finding in findings) else 1


def examine(config: Config) -> Iterator[Finding]:
    folder = Path(config.dir)
    yield _disk(folder)
    yield _event_log(folder / "store.db")
    yield _broker(*config.hq.broker_address)
    yield _hq(config.hq.url)
    for reader in config.reader:
        yield _reader(reader.name, reader.driver, reader.options)


def _disk(folder: Path) -> Finding:
    if not folder.is_dir():
        return Finding(what="disk", ok=False, words=f"{folder} does not exist", remedy="start the box once: tote run")
    free = shutil.disk_usage(folder).free
    words = f"{free // 1024**2:,} MB free in {folder}"
    return Finding(what="disk", ok=free > LOW, words=words, remedy="" if free > LOW else "free some room")


def _event_log(path: Path) -> Finding:
    if not path.exists():
        return Finding(what="log", ok=False, words=f"no {path}", remedy="start the box once: tote run")
    with Database(path) as database:
        log = EventLog(database)
        broken, head = log.first_broken(), log.head()
    if broken is None:
        return Finding(what="log", ok=True, words=f"{head:,} events, the chain is whole")
    remedy = "keep a copy of the file and restore a backup: docs/operate.md"
    return Finding(what="log", ok=False, words=f"the chain is broken from event {broken} on", remedy=remedy)


def _broker(host: str, port: int) -> Finding:
    try:
        socket.create_connection((host, port), timeout=3).close()
    except OSError as error:
        remedy = "events wait and nothing is lost; check the network and hq.broker in the settings"
        words = f"{host}:{port} does not answer ({error.strerror or error})"
        return Finding(what="broker", ok=False, words=words, remedy=remedy)
    return Finding(what="broker", ok=True, words=f"{host}:{port} answers")


def _hq(url: str) -> Finding:
    try:
        answer = requests.get(f"{url.rstrip('/')}/feeds/catalogue/head.json", timeout=5)
    except requests.RequestException:  # whose text is for programmers
        remedy = "is HQ running, and the network up? Check hq.url in the settings"
        return Finding(what="hq", ok=False, words=f"{url} does not answer", remedy=remedy)
    ok = answer.status_code in (requests.codes.ok, requests.codes.not_found)
    return Finding(what="hq", ok=ok, words=f"{url} answers {answer.status_code}", remedy="" if ok else "check hq.url")


def _reader(name: str, driver: str, options: dict[str, object]) -> Finding:
    try:
        drivers.load(driver)
    except HardwareError as error:
        return Finding(what="reader", ok=False, words=f"{name}: {error}", remedy="name another driver, or install it")
    path = options.get("path")
    if isinstance(path, str) and path.startswith("/") and not Path(path).exists():
        return Finding(what="reader", ok=False, words=f"{name}: nothing at {path}", remedy="plug it in, or mend `path`")
    return Finding(what="reader", ok=True, words=f"{name}: driver {driver} can be used")
