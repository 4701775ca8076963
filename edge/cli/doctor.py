"""`tote doctor`: is everything as it should be? Each finding comes with its remedy."""

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from edge.cli.doctor_backup import examine_backup
from edge.cli.doctor_bundle import write_bundle
from edge.cli.doctor_clock import examine_clock
from edge.cli.doctor_disk import examine_disk
from edge.cli.doctor_https import examine_https
from edge.cli.doctor_line import examine_line
from edge.cli.doctor_readers import examine_readers
from edge.cli.doctor_steal import examine_traces, steal
from edge.cli.errors import OutputError
from edge.cli.options import add_config, add_json, say_json
from edge.cli.selftest.answers import Finding
from edge.config import Config
from edge.config_file import load


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "doctor",
        help="check disk, database, clock, line, HQ and readers; test a scanner; look for people on the disk",
        description="Checks what this box needs, from the disk to what the broker lets it say."
        " Exit status 1 when something is wrong; each finding names its remedy.",
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
    parser.add_argument(
        "--bundle",
        type=Path,
        metavar="FILE.tar.gz",
        help="also write what support needs to know (findings, figures, settings, logs), without anything of people",
    )
    parser.set_defaults(run=main)


def main(args: argparse.Namespace) -> int:
    if args.sheet:
        return _sheet(args.sheet, as_json=args.json)
    if args.steal:
        return steal(args.config, as_json=args.json)
    config = load(args.config)
    findings = _scanner(args, config) if args.scanner else list(examine(config, args.config))
    for finding in findings:
        if args.json:
            say_json(asdict(finding))
        else:
            remedy = f"\n       {finding.remedy}" if finding.remedy else ""
            print(f"{'ok  ' if finding.ok else 'MEND'}  {finding.what:<10} {finding.words}{remedy}")
    if args.bundle:
        write_bundle(args.bundle, config, args.config, findings)
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


def examine(config: Config, settings: Path) -> Iterator[Finding]:
    """`settings` is the file that `config` was read from."""
    yield from examine_disk(config, settings)
    yield examine_backup(config, now=datetime.now(UTC))
    yield examine_clock(config)
    yield from examine_line(config)
    if config.https:
        yield examine_https(config)
    yield from examine_readers(config)
    yield examine_traces(config, settings)
