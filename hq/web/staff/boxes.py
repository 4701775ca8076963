"""The fleet: every store's box and stations, what is wrong first; one box, and what it is to do."""

from collections.abc import Callable

from flask import Blueprint, abort, request

from hq.fleet import boxes
from hq.web.pages import hq

Page = Callable[..., str]


def add_to(blueprint: Blueprint, page: Page) -> None:
    """`page` renders one of HQ's own templates."""
    blueprint.add_url_rule("/fleet", "fleet", lambda: listed(page))
    blueprint.add_url_rule("/fleet/<store>", "one_box", lambda store: shown(page, store))


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
    found = next((box for box in every if box.store == store), None)
    if found is None:
        abort(404)
    return page("box.html", here="fleet", box=found)
