"""People: the list, one person, and what is done for them. Every look at one is recorded before it is shown."""

import json
from collections.abc import Callable, Iterable
from itertools import groupby

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as Redirect

from edge.domain.consent import PURPOSES
from hq import audience, decisions, disclosure, dossier, identity, people
from hq.errors import InputError
from hq.identity import BadMail
from hq.insight import baskets
from hq.insight.person import everybody, person
from hq.insight.timeline import Moment, timeline
from hq.linking import ruling
from hq.linking.person import standing
from hq.web.pages import hq, theme
from hq.web.staff import gate
from hq.web.staff.telling import day

Page = Callable[..., str]
LOOKS = 10
"""Shown of those that there were."""


def add_to(blueprint: Blueprint, page: Page) -> None:
    """`page` renders one of HQ's own templates."""
    blueprint.add_url_rule("/people", "all_people", lambda: listed(page))
    blueprint.add_url_rule("/people", "find_person", find, methods=["POST"])
    blueprint.add_url_rule("/people/<profile>", "one_person", lambda profile: shown(page, profile))
    for name, action in {"withdraw": withdraw, "split": split, "export": export, "erase": erase}.items():
        rule = f"/people/<profile>/{name}"
        blueprint.add_url_rule(rule, f"{name}_person", _answered(action), methods=["POST"])


def _answered(action: "Callable[[str], Response | Redirect]") -> "Callable[[str], Response | Redirect]":
    def guarded(profile: str) -> Response | Redirect:
        try:
            return action(profile)
        except InputError:
            abort(404)
        except decisions.NOT_NOW:
            return redirect(f"/people/{profile}?busy=yes", 303)

    return guarded


def listed(page: Page) -> str:
    found = request.args.get("found", "")
    with hq().reading() as reading:
        return page("people.html", here="people", people=everybody(reading), found=found)


def find() -> Redirect:
    """By mail address: posted, so that no address ends up in a URL or a log of URLs. Whether HQ knows an address is
    an answer about somebody: that it was asked is recorded, of an unknown one by its keyed hash."""
    typed = request.form.get("mail", "")
    try:
        digest = identity.digest(hq().keys, "mail", typed)
    except BadMail:
        return redirect("/people?found=no", 303)
    with hq().reading() as reading:
        profile = identity.find(reading, hq().keys, "mail", typed)
    decisions.looked(hq(), profile or digest, by=gate.who(), how="search")
    return redirect(f"/people/{profile}" if profile else "/people?found=no", 303)


def shown(page: Page, profile: str) -> str:
    catalogue = hq().catalogue()
    with hq().reading() as reading:
        if (known := person(reading, profile)) is None:
            abort(404)
        theirs = baskets.latest(reading, limit=20, profile=profile)
        held = dossier.dossier(reading, profile)
        values = {
            "person": known,
            "baskets": [(basket, audience.explain(reading, catalogue, profile, basket.id)) for basket in theirs],
            "answers": people.answers(reading, profile),
            "days": _by_day(timeline(reading, profile, catalogue)),
            "held": held,
            "looks": held["looks"][:LOOKS],
        }
    decisions.looked(hq(), known.id, by=gate.who(), how="page")
    return page(
        "person.html", here="people", busy=request.args.get("busy", ""), may_act=gate.may_change(request.path), **values
    )


def withdraw(profile: str) -> Redirect:
    _known(profile)
    decisions.withdraw(hq(), profile, how="hq", purposes=PURPOSES, by=gate.who())
    return redirect(f"/people/{profile}", 303)


def split(profile: str) -> Redirect:
    ruling.split(hq(), profile, reason="", by=gate.who())
    return redirect(f"/people/{profile}", 303)


def export(profile: str) -> Response:
    with hq().reading() as reading:
        held = disclosure.everything(reading, hq().catalogue(), profile)
    as_json = request.form.get("form") == "json"
    text = json.dumps(held, ensure_ascii=False, indent=2) if as_json else _page(held)
    decisions.looked(hq(), held["profile"], by=gate.who(), how="export")
    answer = Response(text, mimetype="application/json" if as_json else "text/html")
    name = f"everything.{'json' if as_json else 'html'}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def erase(profile: str) -> Redirect:
    """Only where it was said twice: it can't be undone."""
    if request.form.get("sure") != "yes":
        return redirect(f"/people/{profile}#erase", 303)
    decisions.erase(hq(), profile, by=gate.who())
    return redirect("/people?found=erased", 303)


def _page(held: dict[str, object]) -> str:
    return disclosure.page(held, shop=theme().name, at=hq().clock(), zone=hq().config.shop.timezone)


def _known(profile: str) -> None:
    """Raises InputError."""
    with hq().reading() as reading:
        if person(reading, standing(reading, profile)) is None:
            raise InputError(f"There is no profile {profile}.")


def _by_day(moments: Iterable[Moment]) -> list[tuple[str, list[Moment]]]:
    zone = hq().config.shop.timezone
    return [(date, list(those)) for date, those in groupby(moments, key=lambda moment: day(moment.at, zone))]
