"""Overview, people, catalogue, quarantine."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request
from werkzeug.wrappers import Response

from edge.domain.money import Money
from hq import audience, identity, people, quarantine, rings, stores
from hq.identity import BadMail
from hq.insight import baskets, versions
from hq.insight.fleet import fleet
from hq.insight.funnel import funnel
from hq.insight.person import everybody, person
from hq.insight.timeline import Moment, timeline
from hq.web.pages import hq
from hq.web.staff import gate, reviews
from hq.web.staff.telling import age, ago, clock_time, day, known_by
from hq.words.format import language_name, money

blueprint = Blueprint("staff", __name__)

PERIODS = {"day": ("24 hours", 86_400_000), "week": ("7 days", 7 * 86_400_000), "all": ("All time", 0)}

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
            steps=funnel(reading, hq().clock() - span if span else 0),
            fleet=fleet(stores.overview(reading, hq().clock()), size=FIRST),
            baskets=baskets.latest(reading),
            newest=next(iter(versions.versions(reading, 1)), None),
        )


@blueprint.get("/people")
def all_people() -> str:
    with hq().reading() as reading:
        return _shown("people.html", here="people", people=everybody(reading), found=request.args.get("found", ""))


@blueprint.post("/people")
def find_person() -> Response:
    """By mail address: posted, so that no address ends up in a URL or a log of URLs."""
    try:
        with hq().reading() as reading:
            profile = identity.find(reading, hq().keys, "mail", request.form.get("mail", ""))
    except BadMail:
        profile = None
    return redirect(f"/people/{profile}" if profile else "/people?found=no", 303)


@blueprint.get("/people/<profile>")
def one_person(profile: str) -> str:
    catalogue = hq().catalogue()
    with hq().reading() as reading:
        if (known := person(reading, profile)) is None:
            abort(404)
        theirs = baskets.latest(reading, limit=20, profile=profile)
        return _shown(
            "person.html",
            here="people",
            person=known,
            baskets=[(basket, audience.explain(reading, catalogue, profile, basket.id)) for basket in theirs],
            answers=people.answers(reading, profile),
            days=_by_day(timeline(reading, profile, catalogue)),
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
                stores.overview(reading, hq().clock()),
                words=request.args.get("words", ""),
                state=request.args.get("state", ""),
                page=request.args.get("page", 1, int),
            ),
            few=FIRST,
            contents=versions.contents(newest) if newest else None,
        )


@blueprint.get("/quarantine")
def kept_events() -> str:
    with hq().reading() as reading:
        return _shown("quarantine.html", here="quarantine", rows=quarantine.rows(reading))


def _by_day(moments: Iterable[Moment]) -> list[tuple[str, list[Moment]]]:
    zone = hq().config.shop.timezone
    return [(date, list(those)) for date, those in groupby(moments, key=lambda moment: day(moment.at, zone))]


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
