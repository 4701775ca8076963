"""`tote resolve`: what a code means."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from edge.cli.options import add_json, harmless, say_json
from edge.codes import CodeError, CodeRules, Meaning, resolve
from edge.codes.resolving import decoded
from edge.config_file import load_rules

LONGEST_LINE = 65_536
"""Octets: no code has as many, whatever they are."""
GS = "an FNC1 may be typed as <GS>"


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "resolve",
        help="what a code means",
        description="Says what codes mean: GTIN in every length, UPC-E, ISBN, ISSN, GS1 element strings and Digital "
        f"Links, EPCs, in-store codes. An AIM identifier (]E0 …) in front is understood, and {GS}. "
        "Every kind, with examples, stands in docs/codes.md.",
        epilog="A code that means nothing is answered with the reason and is no failure of this command.",
    )
    parser.add_argument("codes", nargs="+", metavar="CODE", help="a code; - reads codes from stdin, one per line")
    parser.add_argument("--symbology", default="", metavar="NAME", help="what the reader said: ean13, upce, qr, epc …")
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings whose [codes] count (default: none)")
    add_json(parser)
    parser.set_defaults(run=main)


def main(args: argparse.Namespace) -> int:
    """One answer for each code, in order; no code makes the exit status other than 0. Raises ConfigError."""
    rules = _rules(args.config)
    for code in _codes(args.codes):
        meaning = resolve(code, args.symbology, rules)
        if args.json:
            say_json(as_json(code, meaning))
        else:
            print(harmless(_line(code, meaning)), flush=True)
    return 0


def _rules(file: Path | None) -> CodeRules:
    return load_rules(file) if file else CodeRules()


def _codes(given: list[str]) -> Iterator[str | bytes]:
    for code in given:
        if code != "-":
            yield code
            continue
        yield from (line.rstrip(b"\r\n") for line in _lines(sys.stdin.buffer))


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Each line, of an endless one only the beginning."""
    while line := stream.readline(LONGEST_LINE):
        yield line
        while line and not line.endswith(b"\n"):
            line = stream.readline(LONGEST_LINE)


def as_json(code: str | bytes, meaning: Meaning) -> dict[str, Any]:
    measure, price = meaning.measure, meaning.price
    answer: dict[str, Any] = {
        "code": decoded(code) if isinstance(code, bytes) else code.encode(errors="replace").decode(),
        "kind": meaning.kind,
        "text": meaning.text,
        "gtin": meaning.gtin,
        "elements": meaning.elements,
        "measure": {"value": str(measure.value), "unit": measure.unit} if measure else None,
        "price": {"amount": price.amount, "currency": price.currency} if price else None,
        "error": _error(meaning.error),
    }
    if meaning.also:
        answer["also"] = list(meaning.also)
    return {**answer, "own": True} if meaning.own else answer


def _error(error: CodeError | None) -> dict[str, str] | None:
    return {"reason": error.reason, "hint": error.hint} if error else None


def _line(code: str | bytes, meaning: Meaning) -> str:
    shown = decoded(code) if isinstance(code, bytes) else code
    return f"{shown}: {' '.join(_parts(shown, meaning))}"


def _parts(shown: str, meaning: Meaning) -> Iterator[str]:
    yield meaning.kind
    if meaning.text not in (shown, "") and not meaning.elements:
        yield meaning.text
    if meaning.gtin and meaning.gtin != meaning.text:
        yield meaning.gtin
    yield from (f"({ai}){value}" for ai, value in meaning.elements.items())
    if meaning.measure:
        yield f"{meaning.measure.value} {meaning.measure.unit}"
    if meaning.price:
        yield f"{meaning.price.amount} {meaning.price.currency} (in its smallest unit)"
    if meaning.also:
        yield f"or {', '.join(meaning.also)}"
    if meaning.error:
        yield f"{meaning.error.reason}. {meaning.error.hint}"
