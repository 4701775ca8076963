"""`tote-hq profile`: what HQ knows of one person, and forgetting it."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hq.cli import profile_disclosing, profile_listing, profile_ruling
from hq.cli.options import add_place, add_who, day, opened, say_json
from hq.errors import HqError

if TYPE_CHECKING:
    from hq.journal import Entry


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "profile",
        help="what HQ knows of one person: show, merge, split, export, withdraw, erase",
        description="One profile per identity, and one person of all the profiles that are theirs: what HQ knows hangs "
        "on them. What a person typed is kept encrypted under a key of its own. Every look is recorded, with whose it "
        "was.",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    show = actions.add_parser(
        "show",
        help="identities, consents, baskets, mails and orders of one person",
        description="Shows what HQ holds of one person. Addresses are masked (s…@example.com) unless --reveal is "
        "given. Either is recorded with your user name, and shown to the person with all the rest.",
    )
    add_who(show)
    show.add_argument("--reveal", action="store_true", help="show addresses in full")
    add_place(show)
    show.set_defaults(run=_show)
    profile_ruling.add(actions)
    profile_disclosing.add(actions)
    _add_erase(actions)
    profile_listing.add(actions)


def _add_erase(actions: Any) -> None:
    erase = actions.add_parser(
        "erase",
        help="forget one person",
        description="Destroys the keys of a person's profiles and everything HQ holds of them. It can't be undone: the "
        "erasure stands in the journal, is repeated after every restore, and no event that carried the address is ever "
        "opened again. Sales stay without a trace of who it was, and a keyed hash so that no campaign reaches the "
        "address. Backups made before still hold the person until they are removed (`tote-hq backup --keep DAYS`).",
        epilog='--json prints {"profile","erased","events","baskets"}. Without --yes it only counts, and exits with 1.',
    )
    add_who(erase)
    erase.add_argument("--yes", action="store_true", help="do it")
    add_place(erase)
    erase.set_defaults(run=_erase)


def _erase(args: argparse.Namespace) -> int:
    from hq import decisions, erasure
    from hq.cli.who import caller, profile_of
    from hq.linking.person import profiles

    with opened(args) as hq:
        with hq.reading() as connection:
            profile = profile_of(hq, connection, args)
            held = [erasure.facts(connection, hq.keys, one) for one in profiles(connection, profile)]
        if args.yes:
            held = [entry.body for entry in _erased(lambda: decisions.erase(hq, profile, by=caller()))]
    counts = {name: len({one for facts in held for one in facts[name]}) for name in ("events", "baskets")}
    if args.json:
        say_json({"profile": profile, "erased": args.yes, **counts})
    else:
        done = "is erased:" if args.yes else "would be erased with --yes:"
        print(f"profile {profile} {done} {counts['events']} events, {counts['baskets']} baskets")
    return 0 if args.yes else 1


def _erased(erase: "Callable[[], list[Entry]]") -> "list[Entry]":
    from hq.decisions import NOT_NOW

    try:
        return erase()
    except NOT_NOW as error:
        raise HqError("The database is busy, nothing was erased yet. Try again.") from error


def _show(args: argparse.Namespace) -> int:
    from hq import decisions
    from hq.cli.who import caller, profile_of
    from hq.dossier import dossier

    with opened(args) as hq:
        with hq.reading() as connection:
            profile = profile_of(hq, connection, args)
            known = dossier(connection, profile, reveal=args.reveal)
        decisions.looked(hq, profile, by=caller(), how="addresses" if args.reveal else "masked")
    if args.json:
        say_json(known)
    else:
        print("\n".join(_lines(known)))
    return 0


def _lines(known: dict[str, Any]) -> list[str]:
    lines = [f"profile {known['profile']}, since {day(known['created'])}, language {known['language']}"]
    lines += [f"  {identity['kind']}: {identity['value']}{_whose(identity, known)}" for identity in known["identities"]]
    lines += [f"  customer list: {', '.join(filter(None, one.values()))}" for one in known["listed"]]
    lines += [f"  nothing is sent: {reason}" for reason in known["suppressed"]]
    lines += [_consent(consent) for consent in known["consents"]]
    for basket in known["baskets"]:
        lines.append(f"  basket {basket['id'][:12]} of {basket['store']}, sent {day(basket['sent'])}")
        lines += [
            f"    {line['quantity']} x {line['name']}, {line['variant']} ({line['sku']})" for line in basket["lines"]
        ]
    lines += [f"  mail {mail['kind']}: {mail['state']}, {day(mail['sent'] or mail['due'])}" for mail in known["mails"]]
    lines += [f"  bought {o['quantity']} x {o['sku']} in {o['store']}, {day(o['at'])}" for o in known["orders"]]
    lines += [_ruling(one) for one in known["rulings"]]
    lines += [f"  looked at by {look['by']} ({look['how']}), {day(look['at'])}" for look in known["looks"]]
    return lines


def _whose(identity: dict[str, Any], known: dict[str, Any]) -> str:
    """Of a person of several profiles: which one an identity leads to, as `split` takes it."""
    return f"  (profile {identity['profile'][:12]})" if len(known["profiles"]) > 1 and identity["profile"] else ""


def _ruling(one: dict[str, Any]) -> str:
    did = "merged" if one["together"] else "told apart"
    profiles = ", ".join(profile[:12] for profile in one["profiles"])
    return f"  {did} by {one['by']}, {day(one['at'])}: {one['reason'] or 'no reason given'} ({profiles})"


def _consent(consent: dict[str, Any]) -> str:
    answer = "yes" if consent["granted"] else "no"
    words = f': "{consent["words"]}"' if consent["words"] else ""
    return f"  {consent['purpose']}: {answer} by {consent['how']}, {day(consent['at'])}{words}"
