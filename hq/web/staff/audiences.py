"""Audiences: how many people are in each and left out for which reason; one of them, person by person."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask import Blueprint, abort, current_app, request

from hq import decisions
from hq.audience import Decision, judging
from hq.audience.counted import Counted
from hq.audience.declared import declared
from hq.audience.explaining import explain_in
from hq.audience.judging import Counts
from hq.audience.rules import AGAINST
from hq.config_marketing import Audiences
from hq.errors import InputError
from hq.insight.person import Person, person
from hq.sending.sends import latest
from hq.web.pages import hq
from hq.web.staff import gate

Page = Callable[..., str]
PEOPLE = 20
"""Of one page: each of them is a look that is recorded."""
ABOUT = {
    "baskets": "Articles of baskets that were sent in the last {days:g} days",
    "wishes": "Sold-out sizes that were asked for in the last {days:g} days",
    "wanted": "What lay in baskets, or was asked for, in the last {days:g} days",
    "goes-with": "What goes with purchases of the last {days:g} days",
    "buyers": "People who bought in the last {days:g} days",
}
REASONS = {
    "erased": "asked to be forgotten",
    "unsubscribed": "unsubscribed",
    "bounced": "mail comes back",
    "no-consent": "no consent",
    "control-group": "control group",
    "cap": "had their messages",
    "bought": "bought it",
    "returned": "sent it back",
    "unknown-article": "not in the catalogue",
    "sold-out": "sold out in the size",
}


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A reason, and its share of the largest group of the audience."""

    reason: str
    label: str
    people: int
    articles: int
    share: float


def add_to(blueprint: Blueprint, page: Page) -> None:
    """`page` renders one of HQ's own templates."""
    blueprint.add_url_rule("/audiences", "audiences", lambda: listed(page))
    blueprint.add_url_rule("/audiences/<name>", "one_audience", lambda name: shown(page, name))


def listed(page: Page) -> str:
    rows = [(one, described(one), counts := _counted().of(one), _bars(counts)) for one in hq().config.audiences]
    with hq().reading() as reading:
        sent = latest(reading, hq().config)
    return page("audiences.html", here="audiences", audiences=rows, destinations=hq().config.destination, sent=sent)


def shown(page: Page, name: str) -> str:
    try:
        audience = declared(hq().config, name)
    except InputError:
        abort(404)
    counts = _counted().of(audience)
    theirs = list(_people(audience, request.args.get("after", ""))) if gate.may_look("/people") else None
    for one, _ in theirs or ():
        decisions.looked(hq(), one.id, by=gate.who(), how="audience")
    return page(
        "audience.html",
        here="audiences",
        audience=audience,
        about=described(audience),
        counts=counts,
        bars=_bars(counts),
        people=theirs,
        more=theirs[-1][0].id if theirs and len(theirs) == PEOPLE else "",
        first=not request.args.get("after"),
    )


def described(audience: Audiences) -> str:
    """In a sentence."""
    parts = [ABOUT[audience.of].format(days=audience.days)]
    if audience.categories:
        parts.append(f"of {' or '.join(audience.categories)}")
    if audience.after_hours:
        parts.append(f"{audience.after_hours:g} hour{'' if audience.after_hours == 1 else 's'} ago and more")
    if audience.not_bought:
        parts.append(f"and never of {' or '.join(audience.not_bought)}")
    if audience.idle_days:
        parts.append(f"and nothing in the last {audience.idle_days:g}")
    return ", ".join(parts) + "."


def _people(audience: Audiences, after: str) -> Iterator[tuple[Person, list[Decision]]]:
    catalogue, now, config = hq().catalogue(), hq().clock(), hq().config
    with hq().reading() as reading:
        for profile in judging.page(reading, audience, config, now, after=after, most=PEOPLE):
            if known := person(reading, profile):
                yield known, explain_in(reading, catalogue, audience, config, profile, now)


def _bars(counts: Counts) -> list[Bar]:
    most = max([counts.people, *counts.people_out.values(), 1])
    there = [reason for reason in AGAINST if reason in counts.people_out or reason in counts.articles_out]
    return [
        Bar(
            reason=reason,
            label=REASONS[reason],
            people=(people := counts.people_out.get(reason, 0)),
            articles=counts.articles_out.get(reason, 0),
            share=people / most,
        )
        for reason in there
    ]


def _counted() -> Counted:
    kept: Counted = current_app.extensions.setdefault("counted", Counted(hq()))
    return kept
