"""`tote decode`: the codes in pictures and videos."""

import argparse
import sys
import time
from pathlib import Path
from typing import Any, BinaryIO

from edge.cli.options import add_json, harmless, say_json
from edge.codes import resolve

STDIN = "-"
MOST = 256 * 1024 * 1024
"""Octets that are taken from standard input."""


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "decode",
        help="the codes in pictures and videos",
        description="Reads the bar codes in pictures and videos: retail symbols, UPC-E and ITF. A code in a video "
        "counts when two pictures in a row agree on it. A line per file; exit status 1 when a file could not be read, "
        "while one without a code is no failure.",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="PNG, JPEG, WebP, AVI, MP4 …; - for standard input")
    parser.add_argument("--thorough", action="store_true", help="a second decoder too: reads more, errs more")
    add_json(parser)
    parser.set_defaults(run=main)


def main(args: argparse.Namespace) -> int:
    """Exit status 1 when a file could not be read; a picture without a code is no failure."""
    failed = False
    for file in args.files:
        answer = _answer(file, args.thorough)
        failed |= "error" in answer
        if args.json:
            say_json(answer)
        else:
            print("\n".join(map(harmless, _lines(answer))), flush=True)
    return int(failed)


def _answer(file: str, thorough: bool) -> dict[str, Any]:
    """{"file", "codes": [{"symbology", "data", "gtin"}], "ms"}; where it can't be read, "error" says why."""
    from hardware.errors import HardwareError, MissingLibrary
    from hardware.imaging.decode import decode

    began = time.perf_counter()
    codes, error = [], {}
    try:
        codes = [_code(scan.symbology, scan.data) for scan in decode(_source(file), thorough=thorough)]
    except MissingLibrary:
        raise
    except FileNotFoundError:
        error = {"error": f"there is no file {file}"}
    except OSError as problem:
        error = {"error": f"{file} can't be read: {problem.strerror or problem}"}
    except HardwareError as problem:
        error = {"error": str(problem)}
    return {"file": file, "codes": codes, "ms": round((time.perf_counter() - began) * 1000, 1), **error}


def _source(file: str) -> Path | bytes:
    if file == STDIN:
        return _all(sys.stdin.buffer)
    path = Path(file)
    if not path.is_fifo():
        return path
    with path.open("rb") as pipe:  # which can be read but once
        return _all(pipe)


def _all(stream: BinaryIO) -> bytes:
    octets = stream.read(MOST + 1)
    if len(octets) > MOST:
        raise OSError(f"more than {MOST >> 20} MB: save it, and name the file")
    return octets


def _code(symbology: str, data: bytes) -> dict[str, Any]:
    r"""`data` as it stands in the symbol; octets that are no UTF-8 as \xNN."""
    gtin = resolve(data, symbology).gtin
    return {"symbology": symbology, "data": data.decode(errors="backslashreplace"), "gtin": gtin}


def _lines(answer: dict[str, Any]) -> list[str]:
    if "error" in answer:
        return [answer["error"] if answer["file"] in answer["error"] else f"{answer['file']}: {answer['error']}"]
    if not answer["codes"]:
        return [f"{answer['file']}: no code found"]
    return [f"{answer['file']}: {code['symbology']} {code['data']}" for code in answer["codes"]]
