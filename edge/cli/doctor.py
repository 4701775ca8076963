"""`tote doctor`: is everything as it should be? Each finding comes with its remedy."""

import argparse
import shutil
import socket
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import requests

from edge.cli.doctor_https import examine_https
from edge.cli.doctor_readers import examine_readers
from edge.cli.doctor_steal import steal
from edge.cli.errors import OutputError
from edge.cli.log import broken
from edge.cli.options import add_config, add_json, say_json
from edge.cli.selftest.answers import Finding
from edge.config import Config, load
from edge.store import Database, EventLog, StorageError, Verdict

START = "start the box (tote run): it goes on with all that can be read; docs/operate.md"
LOW = 500 * 1024 * 1024
"""Bytes free below which the disk is a finding."""


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "doctor",
        help="check disk, event log, line, HQ and readers; test a scanner; look for people on the disk",
        description="Checks what this box needs. Exit status 1 when something is wrong; each finding names its remedy.",
    )
    add_config(parser)
    add_json(parser)
    parser.add_argument("--sheet", type=Path, metavar="FILE.pdf", help="write the scanners' self-test sheet, to print")
    parser.add_argument("--scanner", metavar="NAME", help="test the reader of this name with the printed sheet")
    parser.add_argument(
        "--wait", type=_seconds, default=30.0, metavar="SECONDS", help="with --scanner: how long for each code (30)"
    )
    parser.add_argument(
        "--steal",
        action="store_true",
        help="search the box's own files, as a thief would, for mail addresses and phone numbers; run it as root",
    )
    parser.set_defaults(run=main)


def main(args: argparse.Namespace) -> int:
    if args.sheet:
        return _sheet(args.sheet, as_json=args.json)
    if args.steal:
        return steal(args.config, as_json=args.json)
    config = load(args.config)
    findings = _scanner(args, config) if args.scanner else list(examine(config))
    for finding in findings:
        if args.json:
            say_json(asdict(finding))
        else:
            remedy = f"\n       {finding.remedy}" if finding.remedy else ""
            print(f"{'ok  ' if finding.ok else 'MEND'}  {finding.what:<10} {finding.words}{remedy}")
    return 0 if all(finding.ok for finding in findings) else 1


def _sheet(path: Path, *, as_json: bool) -> int:
    from edge.cli.selftest.drawing import draw  # reportlab and zxing-cpp, of which nothing else here needs both

    try:
        draw(path)
    except OSError as error:
        raise OutputError(f"{path} can't be written ({error.strerror}): name a file in a folder") from error
    if as_json:
        say_json({"sheet": str(path)})
    else:
        print(f"{path}: print it at 100 %, then run: tote doctor --scanner NAME")
    return 0


def _scanner(args: argparse.Namespace, config: Config) -> list[Finding]:
    from edge.cli.selftest.asking import examine_scanner

    return examine_scanner(config, args.scanner, wait=args.wait, as_json=args.json)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= 3600:
        raise argparse.ArgumentTypeError("between 0 and 3600 seconds")
    return seconds


def examine(config: Config) -> Iterator[Finding]:
    folder = Path(config.dir)
    yield _disk(folder)
    yield _event_log(folder / "store.db")
    yield from (_broker(*address) for address in config.hq.brokers)
    yield _hq(config.hq.url)
    if config.https:
        yield examine_https(config)
    yield from examine_readers(config)


def _disk(folder: Path) -> Finding:
    if not folder.is_dir():
        return Finding(what="disk", ok=False, words=f"{folder} does not exist", remedy="start the box once: tote run")
    free = shutil.disk_usage(folder).free
    words = f"{free // 1024**2:,} MB free in {folder}"
    return Finding(what="disk", ok=free > LOW, words=words, remedy="" if free > LOW else "free some room")


def _event_log(path: Path) -> Finding:
    if not path.exists():
        return Finding(what="log", ok=False, words=f"no {path}", remedy="start the box once: tote run")
    try:
        verdicts = _verdicts(path)
    except StorageError as error:
        return Finding(what="log", ok=False, words=str(error), remedy=START)
    bad = [verdict for verdict in verdicts if verdict.first_broken is not None]
    if not bad:
        return Finding(what="log", ok=True, words=f"{verdicts[-1].head:,} events, the chain is whole")
    words, remedy = broken(bad[-1])  # the present one before those it followed
    return Finding(what="log", ok=False, words=words, remedy=remedy)


def _verdicts(path: Path) -> list[Verdict]:
    with Database(path) as database:
        return EventLog(database).verify()


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
