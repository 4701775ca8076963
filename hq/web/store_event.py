"""The public page of a store's event: where an invitation leads that names no page of its own."""

from flask import Blueprint

from hq.journeys import world_of
from hq.web.pages import hq, language, shown
from hq.words.format import span

blueprint = Blueprint("store_event", __name__)


@blueprint.get("/events/<id_>")
def page(id_: str) -> tuple[str, int]:
    spoken, world = language(), world_of(hq())
    if (event := world.event(id_)) is None:
        return shown("nowhere.html", spoken, 404, about="invitation")
    zone, words = world.zone(event.store), event.told(spoken)
    begins, ends = event.hours(zone)
    return shown(
        "store-event.html",
        spoken,
        title=words.title,
        paragraphs=[part for part in map(str.strip, words.text.split("\n\n")) if part],
        when_it_is=span(begins, ends, spoken, zone.key),
        store=world.store(event.store),
    )
