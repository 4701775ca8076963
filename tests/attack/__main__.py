"""`python -m tests.attack`: a real box, an attacker and a shopper's tablet, each in a network namespace of its own."""

import argparse
import json
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path

from tests.attack.attacks import ATTACKS, LONG
from tests.attack.box import PORT, STATION, Box, running
from tests.attack.judging import FEWEST, Outcome, counted, logged, p95
from tests.attack.networks import ATTACKER, BOX, networks, within
from tests.attack.target import Target
from tests.torture.children import Child, program
from tests.torture.report import Skipped

QUIET_S = 10.0
"""How long the shopper scans in peace before each attack."""
PATIENCE = 1200.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.attack", description=__doc__)
    parser.add_argument("--requests", type=int, default=LONG.requests, metavar="N", help="of the flood (10,000)")
    parser.add_argument("--only", action="append", choices=[attack.name for attack in ATTACKS], metavar="NAME")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the namespaces go all the same
    try:
        with tempfile.TemporaryDirectory(prefix="tote-attack-") as folder, ExitStack() as stack:
            siege = Siege(Path(folder), stack)
            outcomes = list(siege.attacks(args.only or [], args.requests))
    except Skipped as reason:
        sys.stdout.write(f"skipped: {reason}\n")
        return 0
    sys.stdout.write(
        "\n".join(["| attack | answers | refused and logged | p95 of a scan |", "|---|---|---|---|"]) + "\n"
    )
    sys.stdout.write(f"| none | | | {siege.quiet:.0f} ms |\n")
    for outcome in outcomes:
        sys.stdout.write(_row(outcome))
    faults = [f"{outcome.attack.name}: {fault}" for outcome in outcomes for fault in outcome.faults(siege.quiet)]
    sys.stderr.write("".join(f"{fault}\n" for fault in faults))
    return int(bool(faults))


class Siege:
    def __init__(self, folder: Path, stack: ExitStack) -> None:
        names = stack.enter_context(networks())
        self._box = box = stack.enter_context(running(folder, names.box))
        self._target = _paired(box)
        who = (BOX, PORT, folder / "https" / "ca.crt", STATION, self._target.token)
        self._shopper = program("tests.attack.shopper", *who, log=folder / "shopper.log", before=within(names.shopper))
        stack.callback(self._shopper.stop)
        self._attacker = program("tests.attack.attacker", log=folder / "attacker.log", before=within(names.attacker))
        stack.callback(self._attacker.stop)
        for child in (self._shopper, self._attacker):
            assert child.hear()["ready"]
        self._in_quiet: list[float] = []

    @property
    def quiet(self) -> float:
        """p95 of a scan in ms while nobody attacks, over the whole run: other work on the machine comes and goes."""
        return p95(self._in_quiet)

    def attacks(self, only: list[str], requests: int) -> Iterator[Outcome]:
        size = asdict(replace(LONG, requests=requests))
        for attack in ATTACKS:
            if only and attack.name not in only:
                continue
            before = counted(self._box.figures())
            self._noticed(self._shopper)
            time.sleep(QUIET_S)
            self._in_quiet += self._noticed(self._shopper)[0]
            self._attacker.tell(attack=attack.name, target=asdict(self._target), size=size)
            told = self._attacker.hear(PATIENCE)
            took, failed = self._noticed(self._shopper)
            after = counted(self._box.figures())
            outcome = Outcome(
                attack=attack,
                answers=told["answers"],
                seconds=told["seconds"],
                counted={reason: count - before.get(reason, 0) for reason, count in after.items()},
                logged=logged(self._box.log.read_text(), ATTACKER),
                took=took,
                failed=failed,
            )
            sys.stderr.write(_row(outcome))
            yield outcome

    @staticmethod
    def _noticed(shopper: Child) -> tuple[list[float], int]:
        shopper.tell(since=True)
        told = shopper.hear()
        return told["took"], told["failed"]


def _paired(box: Box) -> Target:
    """What an attacker may have got hold of."""
    ended = box.token(STATION)
    box.tote("station", "revoke", json.loads(box.tote("station", "list", "--json"))["id"])
    used = json.loads(box.tote("station", "pair", STATION, "--json"))["code"]
    box.pair(STATION, used)
    return Target(
        host=BOX,
        port=PORT,
        secure=True,
        station=STATION,
        token=box.token(STATION),
        ended=ended,
        other=box.token("wall"),
        used=used,
    )


def _row(outcome: Outcome) -> str:
    answers = ", ".join(f"{count:,} × {answer}" for answer, count in sorted(outcome.answers.items()))
    counts = ", ".join(f"{reason} {count:,.0f}" for reason, count in outcome.counted.items() if count)
    scans = f"{outcome.p95:.0f} ms of {len(outcome.took)}" if len(outcome.took) >= FEWEST else ""
    return f"| {outcome.attack.name} | {answers} in {outcome.seconds:.0f} s | {counts} | {scans} |\n"


if __name__ == "__main__":
    sys.exit(main())
