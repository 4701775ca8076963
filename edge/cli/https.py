"""`tote https show | ca`: who vouches for the screens, and the authority that tablets are to trust."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from edge.cli.errors import OutputError
from edge.cli.options import add_action, say_json
from edge.config import Config, ConfigError
from edge.config_file import load


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "https",
        help="the certificate of the screens, and whom tablets are to trust",
        description="Screens that others than this machine can reach are served over https. HQ vouches for an enrolled "
        "box, a box that was not for itself; docs/operate.md says how tablets come to trust it.",
    )
    actions = parser.add_subparsers(metavar="show | ca", required=True)
    add_action(actions, "show", _show, "what browsers are shown, under which names, and until when")
    giving = add_action(actions, "ca", _ca, "the certificate of the authority, to be put on tablets (PEM)")
    giving.add_argument("--out", type=Path, metavar="FILE", help="where to (default: standard output)")


def _show(args: argparse.Namespace) -> int:
    config = load(args.config)
    told = _told(config)
    if args.json:
        say_json(told)
    else:
        print("\n".join(f"{name:<12}{value}" for name, value in _lines(told)))
    return 0


def _ca(args: argparse.Namespace) -> int:
    from edge.tls import Folder

    config = load(args.config)
    _vouched(config)
    pem = Folder(Path(config.dir, "https"), config.store).ca_file.read_bytes()
    if not args.out:
        sys.stdout.write(pem.decode())
        return 0
    try:
        args.out.write_bytes(pem)
    except OSError as error:
        raise OutputError(f"{args.out} can't be written ({error.strerror}): name a file in a folder") from error
    if args.json:
        say_json({"authority": str(args.out)})
    else:
        print(f"{args.out}: put it on the tablets; docs/operate.md says how")
    return 0


def _told(config: Config) -> dict[str, Any]:
    vouched = _vouched(config)
    return {
        "https": config.https,
        "by": "the box itself" if vouched.own else "HQ",
        "names": sorted(vouched.hosts),
        "until": datetime.fromtimestamp(vouched.ends, UTC).isoformat(timespec="seconds"),
        "authority": vouched.fingerprint,
    }


def _lines(told: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        ("https", "on" if told["https"] else "off: only this machine reaches the screens, or screen.https says so"),
        ("vouched by", told["by"]),
        ("names", ", ".join(told["names"])),
        ("until", f"{told['until']}; the box gets another one before"),
        ("authority", f"SHA-256 {told['authority']}"),
    ]


def _vouched(config: Config) -> Any:
    from edge.tls import Folder  # cryptography takes its time

    if config.screen.certificate:
        raise ConfigError(f"the shop's own certificate is shown: {config.screen.certificate}, of the settings")
    if (vouched := Folder(Path(config.dir, "https"), config.store).vouched()) is None:
        raise ConfigError("there is no certificate yet: let others reach the screens (screen.host) and start the box")
    return vouched
