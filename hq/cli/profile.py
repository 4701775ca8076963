"""`tote-hq profile`: what HQ knows of one person, and forgetting it."""

import argparse
import logging
from collections.abc import Callable
from typing import Any

from hq.cli.options import add_place, add_who, day, opened, say_json
from hq.errors import HqError

log = logging.getLogger(__name__)


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "profile",
        help="what HQ knows of one person; forgetting a person",
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
    _add_erase(actions)


def _add_erase(actions: Any) -> None:
    erase = actions.add_parser(
        "erase",
        help="forget one person",
        description="Destroys a person's key and everything HQ holds of them. It can't be undone: the erasure stands "
        "in the journal, is repeated after every restore, and no event that carried the address is ever opened again. "
        "Sales stay without a trace of who it was, and a keyed hash so that no campaign reaches the address. Backups "
        "made before still hold the person until they are removed (`tote-hq backup --keep DAYS`).",
        epilog='--json prints {"profile","erased","events","baskets"}. Without --yes it only counts, and exits with 1.',
    )
    add_who(erase)
    erase.add_argument("--yes", action="store_true", help="do it")
    add_place(erase)
    erase.set_defaults(run=_erase)


def _erase(args: argparse.Namespace) -> int:
    from hq import decisions, erasure
    from hq.cli.who import profile_of

    with opened(args) as hq:
        with hq.reading() as connection:
            profile = profile_of(hq, connection, args)
            held = erasure.facts(connection, hq.keys, profile)
        if args.yes:
            held = _erased(lambda: decisions.erase(hq, profile).body)
    counts = {"events": len(held["events"]), "baskets": len(held["baskets"])}
    if args.json:
        say_json({"profile": profile, "erased": args.yes, **counts})
    else:
        done = "is erased:" if args.yes else "would be erased with --yes:"
        print(f"profile {profile} {done} {counts['events']} events, {counts['baskets']} baskets")
    return 0 if args.yes else 1


def _erased(erase: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    from hq.decisions import NOT_NOW

    try:
        return erase()
    except NOT_NOW as error:
        raise HqError("The database is busy, nothing was erased yet. Try again.") from error


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
