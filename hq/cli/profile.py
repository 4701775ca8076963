"""`tote-hq profile`: what HQ knows of one person."""

import argparse
import logging
from typing import Any

from hq.cli.options import add_place, add_who, day, opened, say_json

log = logging.getLogger(__name__)


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "profile",
        help="what HQ knows of one person",
        description="One profile per person: identities lead to it, and everything HQ knows hangs on it. What a person "
        "typed is kept encrypted under that person's own key.",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    show = actions.add_parser(
        "show",
        help="identities, consents, baskets, mails and orders of one person",
        description="Shows what HQ holds of one person. Addresses are masked (s…@example.com) unless --reveal is "
        "given, which is logged with the profile's id.",
    )
    add_who(show)
    show.add_argument("--reveal", action="store_true", help="show addresses in full")
    add_place(show)
    show.set_defaults(run=_show)


def _show(args: argparse.Namespace) -> int:
    from hq.cli.who import profile_of
    from hq.dossier import dossier

    with opened(args) as hq, hq.reading() as connection:
        profile = profile_of(hq, connection, args)
        known = dossier(connection, profile, reveal=args.reveal)
    if args.reveal:
        log.info("addresses of profile %s were shown", profile)
    if args.json:
        say_json(known)
    else:
        print("\n".join(_lines(known)))
    return 0


def _lines(known: dict[str, Any]) -> list[str]:
    lines = [f"profile {known['profile']}, since {day(known['created'])}, language {known['language']}"]
    lines += [f"  {identity['kind']}: {identity['value']}" for identity in known["identities"]]
    lines += [f"  nothing is sent: {reason}" for reason in known["suppressed"]]
    lines += [_consent(consent) for consent in known["consents"]]
    for basket in known["baskets"]:
        lines.append(f"  basket {basket['id'][:12]} of {basket['store']}, sent {day(basket['sent'])}")
        lines += [
            f"    {line['quantity']} x {line['name']}, {line['variant']} ({line['sku']})" for line in basket["lines"]
        ]
    lines += [f"  mail {mail['kind']}: {mail['state']}, {day(mail['sent'] or mail['due'])}" for mail in known["mails"]]
    lines += [f"  bought {o['quantity']} x {o['sku']} in {o['store']}, {day(o['at'])}" for o in known["orders"]]
    return lines


def _consent(consent: dict[str, Any]) -> str:
    answer = "yes" if consent["granted"] else "no"
    words = f': "{consent["words"]}"' if consent["words"] else ""
    return f"  {consent['purpose']}: {answer} by {consent['how']}, {day(consent['at'])}{words}"
