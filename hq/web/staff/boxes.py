"""The fleet: every store's box and stations, what is wrong first; one box, and what it is to do."""

import re
from collections.abc import Callable

from flask import Blueprint, Response, abort, redirect, request, send_file
from werkzeug.wrappers import Response as Redirect

from hq.errors import InputError
from hq.fleet import acting, alarms, boxes, bundles
from hq.web.pages import hq
from hq.web.staff import gate
from sync.topics import valid_store

Page = Callable[..., str]
ACTION = re.compile(r"[0-9a-f]{32}")


def add_to(blueprint: Blueprint, page: Page) -> None:
    """`page` renders one of HQ's own templates."""
    blueprint.add_url_rule("/fleet", "fleet", lambda: listed(page))
    blueprint.add_url_rule("/fleet/<store>", "one_box", lambda store: shown(page, store))
    blueprint.add_url_rule("/fleet/<store>", "tell_box", tell, methods=["POST"])
    blueprint.add_url_rule("/fleet/<store>/bundles/<action>", "bundle_of_box", bundle)


def listed(page: Page) -> str:
    state = request.args.get("state", "")
    with hq().reading() as reading:
        every = boxes.overview(reading, hq().config, hq().clock())
    found = boxes.paged(
        every,
        words=request.args.get("words", "")[:200],
        state=state if state in boxes.STATES else "",
        page=request.args.get("page", 1, int),
    )
    return page("fleet.html", here="fleet", fleet=found)


def shown(page: Page, store: str) -> str:
    with hq().reading() as reading:
        every = boxes.overview(reading, hq().config, hq().clock())
        actions, since = acting.of_store(reading, store), alarms.open_since(reading)
    found = next((box for box in every if box.store == store), None)
    if found is None:
        abort(404)
    return page(
        "box.html",
        here="fleet",
        box=found,
        actions=actions,
        since=since,
        words=acting.WORDS,
        kept={one.id for one in actions if one.what == "bundle" and bundles.path_of(hq(), store, one.id).exists()},
        may_act=gate.may_change(request.path),
    )


def tell(store: str) -> Redirect:
    """The box is to do something: journalled with who asked."""
    try:
        what, station = request.form.get("what", ""), request.form.get("station", "")
        acting.ask(hq(), store, what, station=station, by=gate.who())
    except InputError:
        abort(400)
    return redirect(f"/fleet/{store}#actions", 303)


def bundle(store: str, action: str) -> Response:
    """What the box sent for support."""
    if not (valid_store(store) and ACTION.fullmatch(action)):
        abort(404)
    path = bundles.path_of(hq(), store, action)
    if not path.exists():
        abort(404)
    return send_file(path, mimetype="application/gzip", as_attachment=True, download_name=path.name)
