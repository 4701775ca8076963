"""`tote upgrade`: another release of Tote on this box, and the one before again where that is not well."""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.cli.options import add_config, add_json, say_json

if TYPE_CHECKING:
    from edge.upgrading import Outcome, Upgrade

WORK = Path("/var/lib/tote-upgrade")
UNIT = "tote-upgrade.service"
INTERRUPTED = Path("/var/lib/dpkg/updates")
"""Where dpkg notes what it is at; something is there while nothing runs where it was ended in the middle."""
SECONDS = "TOTE_UPGRADE_SECONDS"
"""Within which a new release has to be well, for who tries it out; five minutes without it."""


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "upgrade",
        help="install a package of another release; go back by itself where that is not well",
        description="Installs the package FILE, copies the store, starts the new release and watches it: where it is "
        "not well within five minutes, the one before runs again, and nothing that was recorded is lost. "
        "Run it as root.",
        epilog="Exit status 0: the new release runs; 1: it was not well, and the one before runs.",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("file", type=Path, nargs="?", metavar="FILE", help="the package (.deb)")
    what.add_argument("--last", action="store_true", help="how the last upgrade ended")
    what.add_argument("--place", type=Path, metavar="DIR", help="for the package: take the release in DIR")
    what.add_argument("--resume", action="store_true", help=f"for {UNIT}: go on with what was begun")
    add_config(parser)
    add_json(parser)
    parser.set_defaults(run=main)


def main(args: argparse.Namespace) -> int:
    from edge.upgrading import UpgradeError

    if os.geteuid() != 0:
        raise UpgradeError("only root may change what runs: sudo tote upgrade …")
    if args.file:
        return _install(args)
    upgrade = _upgrade(args.config)
    if args.place:
        _place(upgrade, args)
        return 0
    return _say(args, upgrade.resume() if args.resume else upgrade.outcome())


def _install(args: argparse.Namespace) -> int:
    """The package itself calls `tote upgrade --place` of the release that is there."""
    from edge.upgrading import UpgradeError

    if not args.file.is_file():
        raise UpgradeError(f"there is no file {args.file}.")
    before, file = _upgrade(args.config).outcome(), str(args.file.resolve())
    installs = [["apt-get", "install", "--yes", "--no-install-recommends", "--allow-downgrades", file]]
    if any(INTERRUPTED.glob("[0-9]*")):
        # apt-get would ask for dpkg --configure -a, which tries once more what was interrupted, well or not.
        installs.insert(0, ["dpkg", "--install", file])
    for install in installs:
        if subprocess.run(install, check=False, stdout=sys.stderr if args.json else None).returncode:
            raise UpgradeError(f"{args.file} could not be installed: what {install[0]} says stands above.")
    after = _upgrade(args.config).outcome()
    return _say(args, after if after != before else None)


def _place(upgrade: "Upgrade", args: argparse.Namespace) -> None:
    """With a box that was set up, another release is tried by a unit that outlives this call; else it just runs."""
    name, current = upgrade.releases.place(args.place), upgrade.releases.current()
    if name == current:
        return
    if current is None or not args.config.exists():
        upgrade.releases.turn(name)
        return
    upgrade.begin(name)
    if Path("/run/systemd/system").is_dir():
        subprocess.run(["systemctl", "daemon-reload"], check=False)
        subprocess.run(["systemctl", "start", UNIT], check=False)
    else:
        upgrade.resume()


def _say(args: argparse.Namespace, outcome: "Outcome | None") -> int:
    if args.json:
        known = outcome and {"before": outcome.before, "to": outcome.to, "well": outcome.well, "words": outcome.words}
        say_json(known or {"well": True, "words": "nothing was to be done"})
    else:
        print(outcome.words if outcome else "nothing was to be done")
    return 0 if outcome is None or outcome.well else 1


def _upgrade(settings: Path) -> "Upgrade":
    import secrets
    import time

    from edge.cli.status import BOX, address_of
    from edge.config import Config, ConfigError
    from edge.config_file import load
    from edge.store import Draw
    from edge.upgrading import Releases, Upgrade
    from edge.upgrading.judging import PATIENCE, comes_up
    from edge.upgrading.service import Unit

    try:
        config = load(settings)
        box, stations, data = address_of(config), [station.id for station in config.station], Path(config.dir)
    except ConfigError:  # which a release is tried on all the same: it may be the one that can read them
        box, stations, data = BOX, [], Path(Config.dir)
    return Upgrade(
        releases=Releases(),
        data=data,
        work=WORK,
        service=Unit(),
        comes_up=lambda to: comes_up(box, stations, to, patience=float(os.environ.get(SECONDS, PATIENCE))),
        draw=Draw(now=lambda: time.time_ns() // 1_000_000, new_id=lambda: secrets.token_hex(16)),
    )
