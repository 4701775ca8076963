"""Roles, and which pages each of them opens. What is named nowhere is opened by nobody."""

from collections.abc import Iterable

ROLES = {
    "merchandiser": "the catalogue, its versions and stock, reviews; audiences as counts; what is sought and missed",
    "marketer": "audiences, journeys, which they pause; people, whom they do not change; mails; what it is all worth",
    "operator": "stores and their boxes, roll-outs, what stores put aside for each other, quarantine",
    "support": "people: what is known of them, export, merge and erase; what is put aside for them",
}
"""Everybody sees the overview, which names nobody."""

LOOK: dict[str, frozenset[str]] = {
    "": frozenset(ROLES),
    "sign-out": frozenset(ROLES),
    "people": frozenset({"marketer", "support"}),
    "mails": frozenset({"marketer"}),
    "audiences": frozenset({"marketer", "merchandiser"}),
    "catalogue": frozenset({"merchandiser", "operator"}),
    "insight": frozenset({"marketer", "merchandiser"}),
    "journeys": frozenset({"marketer", "merchandiser"}),
    "reviews": frozenset({"merchandiser"}),
    "reserved": frozenset({"operator", "support"}),
    "quarantine": frozenset({"operator"}),
    "fleet": frozenset({"operator"}),
}
CHANGE = LOOK | {
    "people": frozenset({"support"}),
    "insight": frozenset(),
    "journeys": frozenset({"marketer"}),
}
"""By the first part of a page's path."""


def may(roles: Iterable[str], path: str, *, change: bool) -> bool:
    """Whether somebody with these roles may open the page at `path`, or post there. Finding a person by their address
    is posted, so that it stands in no URL, and changes nothing."""
    part = path.strip("/").split("/")[0]
    table = CHANGE if change and path != "/people" else LOOK
    return not table.get(part, frozenset()).isdisjoint(roles)
