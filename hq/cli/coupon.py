"""`tote-hq coupon`: single-use codes: issued, looked at, taken back."""

import argparse
from typing import TYPE_CHECKING, Any

from hq.cli.options import add_place, day, opened, say_json, table
from hq.errors import InputError

if TYPE_CHECKING:
    from hq.coupons.looking import Campaign, Seen


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "coupon",
        help="single-use codes: issue, look at, take back",
        description="A campaign is declared in hq.toml as [[coupon]] (docs/coupons.md). Its codes are good once, in a "
        "store also while the line is down, and on the web.",
    )
    commands = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = commands.add_parser(
        "list",
        help="every campaign, and what became of its codes",
        epilog='--json prints a line per campaign: {"campaign","declared","issued","open","used","again","void"}; '
        '"again" counts uses of codes that were used before.',
    )
    add_place(listing)
    listing.set_defaults(run=_list)
    issue = commands.add_parser(
        "issue",
        help="new codes, to be printed, or to a person",
        description="Prints each code as it is written, and as it stands in a barcode (Code 128 or QR).",
        epilog='--json prints a line per code: {"code","barcode","until"}, "until" in ms, 0 for no end.',
    )
    issue.add_argument("campaign", metavar="NAME", help="of the campaign")
    issue.add_argument("--count", type=int, default=1, metavar="N", help="how many (default: 1)")
    issue.add_argument(
        "--to", default="", metavar="WHO", help="a person's: mail address, phone number with +, or profile id"
    )
    add_place(issue)
    issue.set_defaults(run=_issue)
    show = commands.add_parser(
        "show",
        help="what is known of a code: its campaign, where it was used",
        epilog='--json prints {"code","campaign","issued","until","void","uses":[{"store","at","by","outcome",'
        '"released"}]}; "outcome" is "first" for the use that counts.',
    )
    show.add_argument("code", metavar="CODE", help="the code, as it is written or as it stands in a barcode")
    add_place(show)
    show.set_defaults(run=_show)
    void = commands.add_parser("void", help="take codes back: they are good nowhere any more")
    void.add_argument("codes", nargs="*", metavar="CODE")
    void.add_argument("--campaign", default="", metavar="NAME", help="all codes of this campaign")
    add_place(void)
    void.set_defaults(run=_void)


def _list(args: argparse.Namespace) -> int:
    from hq.coupons.looking import campaigns

    with opened(args) as hq, hq.reading() as connection:
        found = campaigns(connection, [one.name for one in hq.config.coupon], now=hq.clock())
    if args.json:
        for one in found:
            say_json(one.as_row())
    elif found:
        print(table([["campaign", "", "issued", "open", "used", "used again", "taken back"], *map(_line, found)]))
    else:
        print("No campaign is declared: write [[coupon]] in hq.toml (docs/coupons.md).")
    return 0


def _line(one: "Campaign") -> list[str]:
    counts = [str(count) for count in (one.issued, one.open, one.used, one.again, one.void)]
    return [one.campaign, "" if one.declared else "declared no more", *counts]


def _issue(args: argparse.Namespace) -> int:
    from edge.domain import coupon
    from hq.cli.who import someone
    from hq.coupons.issuing import issue

    with opened(args) as hq:
        with hq.reading() as connection:
            profile = someone(hq, connection, args.to) if args.to else ""
        made = issue(hq, args.campaign, args.count, profile=profile)
    for one in made:
        barcode = coupon.in_barcode(one.code)
        if args.json:
            say_json({"code": coupon.spelled(one.code), "barcode": barcode, "until": one.until})
        else:
            print("  ".join([coupon.spelled(one.code), barcode, *([f"until {day(one.until)}"] if one.until else [])]))
    return 0


def _show(args: argparse.Namespace) -> int:
    from hq.coupons.looking import look

    with opened(args) as hq, hq.reading() as connection:
        seen = look(connection, hq.keys, args.code)
    if args.json:
        say_json(seen.as_row())
    else:
        print("\n".join(_told(seen)))
    return 0


def _told(seen: "Seen") -> list[str]:
    until = f", good until {day(seen.until)}" if seen.until else ""
    back = ", taken back" if seen.void else ""
    head = f"{seen.code}  {seen.campaign}, issued {day(seen.issued)}{until}{back}"
    words = {"first": "counts", "again": "used before", "void": "taken back before", "": "not heard whole yet"}
    uses = [
        f"  {day(use.at)}  {use.store}  {use.by}  {'came to nothing' if use.released else words[use.outcome]}"
        for use in seen.uses
    ]
    return [head, *(uses or ["  not used"])]


def _void(args: argparse.Namespace) -> int:
    from hq.coupons.issuing import void, void_campaign

    if bool(args.codes) == bool(args.campaign):
        raise InputError("Name the codes to take back, or --campaign NAME for all of one.")
    with opened(args) as hq:
        if args.campaign:
            count = void_campaign(hq, args.campaign)
        else:
            void(hq, args.codes)
            count = len(args.codes)
    if args.json:
        say_json({"void": count})
    else:
        print(f"{count} taken back. Boxes know within seconds, those without a line when it is back.")
    return 0
