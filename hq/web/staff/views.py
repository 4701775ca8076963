"""Overview, catalogue, quarantine, and the frame of all of HQ's own pages."""

from typing import Any

from flask import Blueprint, g, render_template, request

from edge.domain.money import Money
from hq import quarantine, rings, stores
from hq.insight import baskets, held, versions
from hq.insight.fleet import fleet
from hq.insight.funnel import Cut, funnel
from hq.web.pages import hq
from hq.web.staff import audiences, boxes, gate, insight, journeys, mails, persons, reviews
from hq.web.staff.telling import age, ago, clock_time, day, known_by
from hq.words.format import language_name, money
from sync.topics import valid_store

blueprint = Blueprint("staff", __name__)

PERIODS = {"day": ("Since yesterday", 86_400_000), "week": ("7 days", 7 * 86_400_000), "all": ("All time", 0)}
"""How far back each looks, in ms: whole days."""

FIRST = 12
"""Stores that the overview shows: those that need somebody first."""


@blueprint.get("/")
def overview() -> str:
    period = request.args.get("period", "all")
    span = PERIODS.get(period, PERIODS["all"])[1]
    with hq().reading() as reading:
        return _shown(
            "overview.html",
            here="overview",
            period=period,
            periods={key: label for key, (label, _) in PERIODS.items()},
            steps=funnel(reading, Cut(since=hq().clock() - span if span else 0)),
            fleet=fleet(stores.overview(reading, hq().clock()), size=FIRST),
            baskets=baskets.latest(reading),
            newest=next(iter(versions.versions(reading, 1)), None),
        )


@blueprint.get("/catalogue")
def catalogue() -> str:
    newest = hq().catalogue()
    with hq().reading() as reading:
        return _shown(
            "catalogue.html",
            here="catalogue",
            versions=versions.versions(reading),
            rings=[known for name in rings.RINGS if (known := rings.ring(reading, name))],
            fleet=fleet(
                [one for one in stores.overview(reading, hq().clock()) if valid_store(one.store)],  # not of refusals
                words=request.args.get("words", ""),
                state=request.args.get("state", ""),
                page=request.args.get("page", 1, int),
            ),
            few=FIRST,
            contents=versions.contents(newest) if newest else None,
        )


@blueprint.get("/reserved")
def put_aside() -> str:
    with hq().reading() as reading:
        return _shown("reserved.html", here="reserved", rows=held.latest(reading, hq().catalogue()))


@blueprint.get("/quarantine")
def kept_events() -> str:
    with hq().reading() as reading:
        return _shown("quarantine.html", here="quarantine", rows=quarantine.rows(reading))


def _shown(template: str, **values: Any) -> str:
    zone, now = hq().config.shop.timezone, hq().clock()

    def in_words(amount: Money) -> str:
        return money(amount, "en")

    return render_template(
        f"staff/{template}",
        language="en",
        account=g.get("account"),
        may=gate.may_look,
        money=in_words,
        ago=lambda at: ago(at, now),
        age=age,
        day=lambda at: day(at, zone),
        clock_time=lambda at: clock_time(at, zone),
        known_by=known_by,
        speech=lambda code: language_name(code, "en") or code,
        **values,
    )


gate.add_to(blueprint, _shown)
reviews.add_to(blueprint, _shown)
persons.add_to(blueprint, _shown)
mails.add_to(blueprint, _shown)
audiences.add_to(blueprint, _shown)
boxes.add_to(blueprint, _shown)
insight.add_to(blueprint, _shown)
journeys.add_to(blueprint, _shown)
