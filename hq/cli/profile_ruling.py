"""`tote-hq profile merge|split|proposals|decide`: who is one person."""

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, get_args

from hq.cli.options import add_place, add_who, opened, say_json
from hq.errors import InputError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hq.alike.proposing import Proposal

SOMEONE = "a mail address, a phone number such as +37251234567, or the beginning of a profile's id"
REASON = "why, for the record; name nobody in it: it stays when the person is erased"


def add(actions: Any) -> None:
    merge = actions.add_parser(
        "merge",
        help="two profiles are one person's",
        description="From now on both are one person: baskets, orders and messages count together, and a no given by "
        "either holds for both. `tote-hq profile split` undoes it. It is recorded with your user name.",
        epilog='--json prints {"profile"}: the one that stands for the person.',
    )
    merge.add_argument("one", metavar="A", help=SOMEONE)
    merge.add_argument("other", metavar="B", help="likewise")
    _add_reason(merge)
    merge.set_defaults(run=_merge)
    split = actions.add_parser(
        "split",
        help="a profile is another person's than those it was merged with",
        description="Undoes a merge, whoever or whatever made it. Everything stays with the profile whose identity "
        "brought it, and what comes goes there; an identity that was seen with both, such as a card, is nobody's.",
        epilog='--json prints {"profile","from"}.',
    )
    add_who(split)
    _add_reason(split)
    split.set_defaults(run=_split)
    proposals = actions.add_parser(
        "proposals",
        help="profiles that are likely one person's, with the evidence",
        description="Compares what HQ knows of people and lists whom it takes for one person, the surest first. "
        "Nothing is merged before somebody decides.",
        epilog='--json prints a line each: {"one","other","points","needed","evidence":[{"field","grade","points"}], '
        '"records"}; records, the values that were compared, with --reveal only.',
    )
    proposals.add_argument("--most", type=int, default=50, metavar="N", help="the N surest (50)")
    proposals.add_argument("--reveal", action="store_true", help="show the values that were compared; it is recorded")
    add_place(proposals)
    proposals.set_defaults(run=_proposals)
    decide = actions.add_parser(
        "decide",
        help="say of two profiles whether they are one person's",
        description="With --same they are merged; with --different they are never proposed again, and nothing that "
        "names both makes them one.",
        epilog='--json prints {"profile","same"}.',
    )
    decide.add_argument("one", metavar="A", help=SOMEONE)
    decide.add_argument("other", metavar="B", help="likewise")
    answer = decide.add_mutually_exclusive_group(required=True)
    answer.add_argument("--same", action="store_true", help="they are one person")
    answer.add_argument("--different", dest="same", action="store_false", help="they are two")
    _add_reason(decide)
    decide.set_defaults(run=_decide)


def _add_reason(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reason", default="", metavar="TEXT", help=REASON)
    add_place(parser)


def _merge(args: argparse.Namespace) -> int:
    return _ruled(args, same=True)


def _decide(args: argparse.Namespace) -> int:
    return _ruled(args, same=args.same)


def _ruled(args: argparse.Namespace, *, same: bool) -> int:
    from hq.cli.who import caller, someone
    from hq.linking import ruling

    with opened(args) as hq:
        with hq.reading() as connection:
            one, other = someone(hq, connection, args.one), someone(hq, connection, args.other)
            before = _allowed(connection, one) | _allowed(connection, other)
        said = {"reason": args.reason, "by": caller()}
        lost: set[str] = set()
        if same:
            one = ruling.merge(hq, one, other, **said)
            with hq.reading() as connection:
                lost = before - _allowed(connection, one)
        else:
            ruling.tell_apart(hq, one, other, **said)
    if args.json:
        say_json({"profile": one, "same": same} if args.action == "decide" else {"profile": one})
    else:
        print(f"One person: profile {one} stands for both." if same else f"Two people: {one} and {other}.")
        for purpose in sorted(lost):
            print(f"{purpose} is no from now on: one of the two said no. `tote-hq profile split` makes them two again.")
    return 0


def _allowed(connection: "Connection", profile: str) -> set[str]:
    """The purposes to which this person says yes."""
    from edge.domain.consent import Purpose
    from hq import people

    given = people.answers(connection, profile)
    return {purpose for purpose in get_args(Purpose) if people.allowed(given, purpose)}


def _split(args: argparse.Namespace) -> int:
    from hq.cli.who import caller, profile_of
    from hq.linking import ruling

    with opened(args) as hq:
        with hq.reading() as connection:
            profile = profile_of(hq, connection, args)
        others = ruling.split(hq, profile, reason=args.reason, by=caller())
    if args.json:
        say_json({"profile": profile, "from": others})
    else:
        print(f"Profile {profile} is a person of its own again, apart from {', '.join(others)}.")
    return 0


def _proposals(args: argparse.Namespace) -> int:
    from hq import decisions
    from hq.alike.gathering import proposed
    from hq.cli.who import caller

    if args.most < 1:
        raise InputError(f"--most must be 1 or more, not {args.most}.")
    with opened(args) as hq:
        with hq.reading() as connection:
            found = proposed(connection)
        shown = found[: args.most]
        if args.reveal:
            for profile in sorted({each.profile for one in shown for each in (one.one, one.other)}):
                decisions.looked(hq, profile, by=caller(), how="proposals")
    for one in shown:
        if args.json:
            say_json(_as_json(one, reveal=args.reveal))
        else:
            print("\n".join(_lines(one, reveal=args.reveal)))
    if not args.json:
        print(f"{len(found)} proposed. `tote-hq profile decide A B --same` or --different decides." if found else _NONE)
    return 0


_NONE = "Nobody looks like anybody else."


def _as_json(one: "Proposal", *, reveal: bool) -> dict[str, Any]:
    evidence = [asdict(each) for each in one.evidence]
    told = {"one": one.one.profile, "other": one.other.profile, "points": one.points, "needed": one.needed}
    records = {"records": [asdict(one.one), asdict(one.other)]} if reveal else {}
    return told | {"evidence": evidence} | records


def _lines(one: "Proposal", *, reveal: bool) -> list[str]:
    lines = [f"{one.one.profile}  {one.other.profile}  {one.points:.0f} points ({one.needed:.0f} needed)"]
    for each in one.evidence:
        values = ": ".join(getattr(record, each.field) for record in (one.one, one.other)) if reveal else ""
        lines.append(f"  {each.field} {each.grade}, {each.points:+.1f}  {values}".rstrip())
    return lines
