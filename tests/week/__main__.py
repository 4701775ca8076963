"""`python -m tests.week`: a demo's box and HQ live through a week in an hour, and must not grow beyond the bounds."""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.torture.report import Skipped
from tests.week.bounds import Finding, judged
from tests.week.running import Week
from tests.week.samples import Sample, write


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.week", description=__doc__)
    parser.add_argument("--minutes", type=float, default=45, metavar="M", help="how long it takes (45)")
    parser.add_argument("--days", type=int, default=7, metavar="N", help="of the shop, two at least (7)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of what people do (1)")
    parser.add_argument("--samples", type=Path, metavar="CSV", help="write what was found each hour")
    parser.add_argument("--dir", type=Path, help="data and logs, kept (default: a temporary folder)")
    args = parser.parse_args()
    if args.days < 2:
        parser.error("growth is counted from the end of the first day: --days 2 at least")
    folder = args.dir or Path(tempfile.mkdtemp(prefix="tote-week-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        week = Week(folder, minutes=args.minutes, days=args.days, seed=args.seed).run(
            lambda week: _tell(week, args.samples)
        )
    except Skipped as reason:
        sys.stdout.write(f"skipped: {reason}\n")
        return 0
    findings = judged(week)
    sys.stdout.write("\n".join(["| what | found | bound |", "|---|---|---|", *map(_row, findings)]) + "\n")
    if all(finding.ok for finding in findings):
        if not args.dir:
            shutil.rmtree(folder, ignore_errors=True)
        return 0
    sys.stderr.write(f"grown beyond the bounds: {folder} has the logs\n")
    return 1


def _tell(week: Sequence[Sample], samples: Path | None) -> None:
    if samples:
        write(week, samples)
    if week[-1].hour % 6 == 5:
        sys.stderr.write(f"{week[-1]}\n")
        sys.stderr.flush()


def _row(finding: Finding) -> str:
    bound = finding.bound
    unit = f" {bound.unit}" if bound.unit else ""
    return (
        f"| {bound.what} | {finding.figure:,.1f}{unit}{'' if finding.ok else ' **beyond**'} | {bound.most:,g}{unit} |"
    )


if __name__ == "__main__":
    sys.exit(main())
