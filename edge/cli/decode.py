"""`tote decode`: the codes in pictures and videos."""

import argparse
import time
from pathlib import Path
from typing import Any

from edge.cli.options import add_json, say_json
from edge.codes import resolve


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "decode",
        help="the codes in pictures and videos",
        description="Reads the bar codes in pictures and videos with the decoders of the camera driver.",
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="PNG, JPEG, WebP, AVI, MP4 …")
    parser.add_argument("--thorough", action="store_true", help="a second decoder too: reads more, errs more")
    add_json(parser)
    parser.set_defaults(run=main)


def main(args: argparse.Namespace) -> int:
    """Exit status 1 when a file could not be read; a picture without a code is no failure."""
    answers = [_answer(path, args.thorough) for path in args.files]
    for answer in answers:
        if args.json:
            say_json(answer)
        else:
            print("\n".join(_lines(answer)))
    return 1 if any("error" in answer for answer in answers) else 0


def _answer(path: Path, thorough: bool) -> dict[str, Any]:
    from hardware.decode import decode
    from hardware.errors import HardwareError

    began = time.perf_counter()
    try:
        scans = decode(path, thorough=thorough)
    except FileNotFoundError:
        return {"file": str(path), "codes": [], "error": f"there is no file {path}"}
    except OSError as error:
        return {"file": str(path), "codes": [], "error": f"{path} can't be read: {error.strerror or error}"}
    except HardwareError as error:
        return {"file": str(path), "codes": [], "error": str(error)}
    meant = [(scan.symbology, resolve(scan.data, scan.symbology)) for scan in scans]
    codes = [{"symbology": symbology, "data": meaning.text, "gtin": meaning.gtin} for symbology, meaning in meant]
    return {"file": str(path), "codes": codes, "ms": round((time.perf_counter() - began) * 1000, 1)}


def _lines(answer: dict[str, Any]) -> list[str]:
    if "error" in answer:
        return [answer["error"] if answer["file"] in answer["error"] else f"{answer['file']}: {answer['error']}"]
    if not answer["codes"]:
        return [f"{answer['file']}: no code found"]
    return [f"{answer['file']}: {code['symbology']} {code['data']}" for code in answer["codes"]]
