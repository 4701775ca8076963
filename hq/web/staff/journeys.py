"""Journeys: what each says, who is in it, what it is worth; pausing one, and letting it go on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, redirect, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from hq import decisions
from hq.config import Journey
from hq.errors import InputError
from hq.insight.difference import Difference
from hq.journeys import pausing
from hq.journeys.counts import counts, waiting
from hq.journeys.worth import worth
from hq.web.pages import hq, theme
from hq.web.staff import gate
from hq.words import LANGUAGES, words

Page = Callable[..., str]
DAYS = 7
"""Within which a purchase counts for a message."""
BEGINS = {
    "basket-left": "a basket was sent",
    "size-missed": "somebody asked for an article that was sold out",
    "purchased": "somebody bought something",
    "friend-bought": "a friend whom they brought bought for the first time",
}


@dataclass(frozen=True, kw_only=True)
class Shown:
    journey: Journey
    begins: str
    """When it goes at the earliest, in words."""
    subject: str
    counts: dict[str, int]
    difference: Difference
    changes: list[pausing.Change]

    @property
    def state(self) -> str:
        """ "off", "paused" or "on"."""
        paused = any(change.paused for change in self.changes[:1])
        return "off" if not self.journey.on else "paused" if paused else "on"


def add_to(blueprint: Blueprint, page: Page) -> None:
    """`page` renders one of HQ's own templates."""
    blueprint.add_url_rule("/journeys", "journeys", lambda: listed(page))
    blueprint.add_url_rule("/journeys/<name>", "journey", lambda name: shown(page, name))
    blueprint.add_url_rule("/journeys/<name>", "change_journey", change, methods=["POST"])


def listed(page: Page) -> str:
    with hq().reading() as reading:
        found = [_shown(reading, journey) for journey in hq().config.journey]
    return page("journeys.html", here="journeys", journeys=found, days=DAYS, **_common())


def shown(page: Page, name: str) -> str:
    if (journey := next((one for one in hq().config.journey if one.name == name), None)) is None:
        abort(404)
    with hq().reading() as reading:
        one = _shown(reading, journey)
        people = waiting(reading, name, limit=100) if gate.may_look("/people") else None
    for person in dict.fromkeys(waits.person for waits in people or ()):
        decisions.looked(hq(), person, by=gate.who(), how="journey")
    told = [(code, _words(journey, code)) for code in LANGUAGES]
    return page("journey.html", here="journeys", one=one, people=people, told=told, days=DAYS, **_common())


def change(name: str) -> Response:
    action = {"pause": pausing.pause, "resume": pausing.resume}.get(request.form.get("action", ""))
    if action is None:
        abort(400)
    try:
        action(hq(), name, by=gate.who())
    except InputError:
        abort(404)
    return redirect(f"/journeys/{name}", 303)


def _common() -> dict[str, Any]:
    return {"may_act": gate.may_change("/journeys")}


def _shown(reading: Connection, journey: Journey) -> Shown:
    return Shown(
        journey=journey,
        begins=_begins(journey),
        subject=_words(journey, "en")[0],
        counts=counts(reading, journey.name),
        difference=worth(reading, journey.name, days=DAYS, now=hq().clock()).difference,
        changes=pausing.changes(reading, journey.name),
    )


def _begins(journey: Journey) -> str:
    if journey.trigger == "store-event":
        return f"{journey.ahead_days:g} days before an event of a store"
    after = f"{journey.wait_hours:g} hours after" if journey.wait_hours else "as soon as"
    return f"{after} {BEGINS[journey.trigger]}"


def _words(journey: Journey, language: str) -> tuple[str, str]:
    """Subject and first lines, with "…" for what differs from one to the next."""
    say = words(language)
    subject = say(f"{journey.words}.subject", shop=theme().name, name="…")
    return subject, say(f"{journey.words}.intro", store="…", time="…")
