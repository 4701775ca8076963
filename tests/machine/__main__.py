"""`python -m tests.machine PACKAGE`: the steps, and how long each took, a JSON object."""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.machine.debian import BARE, READY, made
from tests.machine.readme import COMMANDS, tried
from tests.machine.walk import STEPS, Walk

PLACE = Path("/var/tmp")


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.machine",
        description=__doc__,
        epilog=f"Installed, enrolled and scanned is always; then these steps follow: {', '.join(STEPS)}.",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("package", type=Path, nargs="?", help="as scripts/package made it")
    what.add_argument("--readme", action="store_true", help="the README's commands, on a Debian that has git alone")
    parser.add_argument("--only", choices=(*STEPS, *COMMANDS), action="append", help="may be repeated")
    parser.add_argument("--seconds", type=float, default=60, help="within which a release has to be well (60)")
    parser.add_argument("--keep", action="store_true", help="what lies on the machines afterwards, for a look")
    parser.add_argument("--memory", action="store_true", help="the machines lie in memory, of which they take 6 GB")
    parser.add_argument("--base", type=Path, default=PLACE / "tote-debian", help="kept for the next time")
    parser.add_argument("--mirror", default="", help="of Debian; without it, the one that apt knows")
    parser.add_argument("--apart", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if not args.apart:  # what is mounted goes with the process
        again = [sys.executable, "-m", "tests.machine", *sys.argv[1:], "--apart"]
        return subprocess.run(["unshare", "--mount", *again], check=False).returncode
    folder = Path(tempfile.mkdtemp(prefix="tote-machine-", dir=PLACE))
    if args.memory:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", folder], check=True)
    try:
        sys.stdout.write(f"{json.dumps(_figures(args, folder))}\n")
    finally:
        if args.keep and not args.memory:
            sys.stderr.write(f"kept: {folder}\n")
        else:
            subprocess.run(["umount", "--lazy", "--quiet", folder], check=False)
            subprocess.run(["rm", "-rf", "--one-file-system", folder], check=False)
    return 0


def _figures(args: argparse.Namespace, folder: Path) -> dict[str, object]:
    if args.readme:
        base = made(args.base / "bare", BARE, mirror=args.mirror)
        return tried(base, folder, args.only or list(COMMANDS))
    base = made(args.base / "ready", READY, mirror=args.mirror)
    with Walk(base, args.package, folder, seconds=args.seconds) as walk:
        walk.go(args.only or list(STEPS))
        return walk.figures


if __name__ == "__main__":
    sys.exit(main())
