"""`tote-hq publish`: a new version of the catalogue for the stores."""

import argparse
from typing import TYPE_CHECKING, Any

from hq.cli.options import add_place, opened, say_json

if TYPE_CHECKING:
    from hq.service import Hq
    from sync.codec import FeedHead


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "publish",
        help="a new version of the catalogue for the stores",
        description="Builds the catalogue from what was imported, signs it and publishes it as a new version. The "
        "running `tote-hq run` notices within a fraction of a second and tells every store. When nothing "
        "changed since the newest version nothing is published.",
        epilog='--json prints {"published": "EPOCH.N" or null, "size", "sha256"}.',
    )
    parser.add_argument("--force", action="store_true", help="publish although nothing changed")
    parser.add_argument("--note", default="", help="what this version is, for those who look at the list of versions")
    add_place(parser)
    parser.set_defaults(run=_publish)


def _publish(args: argparse.Namespace) -> int:
    with opened(args) as hq:
        head = publish_now(hq, note=args.note, force=args.force)
    if args.json:
        more = {"size": head.size, "sha256": head.sha256} if head else {}
        say_json({"published": version_of(head) or None, **more})
    else:
        print(f"Published version {version_of(head)}, {head.size} octets." if head else "Nothing changed.")
    return 0


def publish_now(hq: "Hq", *, note: str, force: bool = False) -> "FeedHead | None":
    from hq.feeds import publish

    with hq.engine.connect() as connection:
        return publish(connection, hq.dir, hq.keys.signing, now=hq.clock(), note=note[:1000], force=force)


def version_of(head: "FeedHead | None") -> str:
    """ "1.4", or "" without one."""
    return f"{head.epoch}.{head.n}" if head else ""
