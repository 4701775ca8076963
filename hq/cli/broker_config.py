"""`tote-hq broker-config`: everything a broker needs, in a folder."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hq.cli.options import add_place, opened, say_json
from hq.config_checks import host_ports
from hq.owner import as_caller

if TYPE_CHECKING:
    from hq.authority.brokers import File
    from hq.service import Hq

PORT = 8883
"""MQTT over TLS, as IANA has it."""
RUN = {
    "mosquitto": "mosquitto -c {out}/mosquitto.conf",
    "nats": "nats-server -c {out}/HOST.conf",
}


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "broker-config",
        help="the whole configuration of the broker: TLS, certificates, who may do what",
        description="Writes to DIR all that the broker needs: its configuration, its certificate and key, the list of "
        "revoked certificates, and who may do what. Only boxes that were enrolled get in, each as itself alone. Run it "
        "again when the broker's name changes or its certificate nears its end (3 years).",
        epilog="The folder is remembered: tote-hq revoke writes the new list there. Set broker.address and broker.tls "
        "in HQ's settings, and broker.reload, such as 'systemctl reload mosquitto'. Run it as root: the folder is "
        "written as who calls, HQ's own files as the user that D belongs to. For a cluster of NATS name every node "
        "with --host; each runs on its own HOST.conf with a copy of the folder. See docs/security.md.",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="the folder, such as /etc/mosquitto/tote"
    )
    parser.add_argument(
        "--host", nargs="+", required=True, metavar="NAME", help="names and addresses boxes reach it by"
    )
    parser.add_argument("--kind", choices=sorted(RUN), default="mosquitto", help="default: mosquitto")
    parser.add_argument(
        "--port", type=int, metavar="P", help=f"where it listens (default: that of broker.public, else {PORT})"
    )
    parser.add_argument("--user", metavar="NAME", help="the user it runs as (default: mosquitto or nats)")
    parser.add_argument(
        "--plugin", type=Path, metavar="FILE", help="mosquitto_dynamic_security.so, where it is not found"
    )
    parser.add_argument("--create", action="store_true", help="make an HQ in --dir where there is none")
    add_place(parser)
    parser.set_defaults(run=main)


def main(args: argparse.Namespace) -> int:
    from hq.authority import for_hq, revocation
    from hq.authority.brokers import writing

    out = args.out.resolve()
    user = args.user or args.kind
    with opened(args, make=args.create) as hq:
        files = writing.certificates(for_hq(hq), args.host, at=hq.clock()) + _files(hq, args, out)
        with as_caller():
            writing.configure(out, files, user=user)
        with hq.engine.begin() as connection:
            revocation.remember(connection, out, kind=args.kind, user=user)
    if args.json:
        say_json({"kind": args.kind, "out": str(out), "files": sorted(file.path for file in files)})
    else:
        print(f"{len(files)} files in {out}. Run: {RUN[args.kind].format(out=out)}")
    return 0


def _files(hq: "Hq", args: argparse.Namespace, out: Path) -> "list[File]":
    from hq.authority import records, revocation
    from hq.authority.brokers import mosquitto, nats

    told = host_ports(hq.config.broker.told, "broker.public")
    port = args.port or (told[0][1] if told else PORT)
    with hq.reading() as connection:
        certificates = records.every(connection)
    if args.kind == "nats":
        return nats.files(out, args.host, revocation.speakers(hq, certificates), port=port)
    return [*mosquitto.files(out, port=port, plugin=args.plugin), revocation.crl(hq, certificates)]
