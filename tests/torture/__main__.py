"""`python -m tests.torture`: breaks Tote on purpose, and tells what it took."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tests.torture import registry, running
from tests.torture.registry import Scenario
from tests.torture.results import DEFAULT, Result, Results
from tests.torture.writing import write


def main() -> int:
    args = _arguments()
    results = Results(args.results)
    if args.write_docs:
        write(results)
        return 0
    failed = False
    for name in args.only or registry.names():
        for result in _run(registry.load(name), args, results):
            failed |= bool(result.failure)
            sys.stdout.write((msgspec.json.encode(result).decode() if args.json else _line(result)) + "\n")
            sys.stdout.flush()
    return int(failed)


def _run(scenario: Scenario, args: argparse.Namespace, results: Results) -> Iterator[Result]:
    if args.count or not args.long:
        yield running.chunk(scenario, args.count or scenario.short, args.seed, "short")
    else:
        yield from running.long(scenario, args.seed, results)


def _line(result: Result) -> str:
    state = f"skipped: {result.skipped}" if result.skipped else f"{result.passed} of {result.count} passed"
    figures = ", ".join(f"{name} {figure:g}" for name, figure in {**result.sums, **result.highest}.items())
    controls = "; ".join(f"control {name}: {found}" for name, found in result.controls.items())
    parts = [f"{result.scenario} from seed {result.seed}: {state} in {result.seconds:.1f} s", figures, controls]
    return "\n    ".join(part for part in (*parts, result.failure, result.repeat) if part)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--short", action="store_true", help="the rounds of scripts/test; this is what runs by itself")
    form.add_argument("--long", action="store_true", help="all rounds, chunk by chunk; goes on where it was stopped")
    form.add_argument("--count", type=int, metavar="N", help="this many rounds, such as 1 to repeat a failure")
    form.add_argument("--write-docs", action="store_true", help="fill the table in docs/reliability.md and end")
    parser.add_argument(
        "--only", action="append", choices=registry.names(), metavar="NAME", help=f"of {registry.names()}"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the first round (1)")
    parser.add_argument("--results", type=Path, default=DEFAULT, metavar="F", help="where the long form appends")
    parser.add_argument(
        "--json", action="store_true", help="one JSON object per chunk on stdout and nothing else there"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
