"""Everything that is known to have happened with one person, the newest first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, select

from edge.catalogue import Catalogue
from edge.domain.events import BasketSent, ProductsSearched, SearchResultChosen
from hq import events
from hq.buyers import theirs
from hq.catalogue import first_name
from hq.insight.shown import shown
from hq.linking.person import profiles_of
from hq.outbox import BACK, BACK_TEXT, MAIL, TEXT, TEXTS
from hq.people import SCREEN
from hq.store import tables

REACH = 400
"""Events of a log before a basket was sent that may belong to the same visit."""
PAUSE = 3_600_000
"""Milliseconds: a visit that nobody touches ends long before."""


@dataclass(frozen=True, kw_only=True)
class Moment:
    at: int
    """Milliseconds since 1970, by HQ's clock."""
    what: str
    detail: str
    where: str
    tone: str = ""
    """"strong" for what a person decided."""
    kind: str = ""
    """Of the event, where it is one of a store's screen."""
    about: str = ""
    """Then also the article or the words that it was about."""


Tell = Callable[[Row[Any], Any, Catalogue | None], Moment]


def timeline(connection: Connection, profile: str, catalogue: Catalogue | None = None) -> list[Moment]:
    """Articles bear the name that `catalogue` has for them in its first language, else the shopper's."""
    sources = (_mails, _orders, _answers, _wishes, _in_web_shop)
    moments = [moment for source in sources for moment in source(connection, profile)]
    moments += [*at_screens(connection, profile, catalogue), *_web(connection, profile, catalogue)]
    moments = [replace(moment, at=shown(moment.at)) for moment in moments]
    return sorted(moments, key=lambda moment: moment.at)[::-1]  # of two in one moment the later stays above


def at_screens(connection: Connection, profile: str, catalogue: Catalogue | None) -> Iterator[Moment]:
    """What was done at the screens in the visits that ended in a basket of theirs. A visit that ended otherwise is
    nobody's."""
    event, basket = tables.event.c, tables.basket.c
    query = select(tables.event, basket.sent).join_from(tables.event, tables.basket, basket.event == event.id)
    for sent in connection.execute(query.where(basket.profile.in_(profiles_of(profile)))).all():
        visit = _body(sent).visit
        rows = [row for row in _before(connection, sent) if _body(row).visit == visit]
        for row, at in zip(rows, _corrected(rows, sent.sent), strict=True):
            yield replace(TELLING[row.kind](row, _body(row), catalogue), at=at, kind=row.kind)


def _corrected(rows: Sequence[Row[Any]], sent: int) -> list[int]:
    """When the events of a visit happened, by HQ's clock; `sent` is that of the last one. A box's clock may be off, and
    may be set in the middle: the numbers have the order, and nobody pauses for as long as `PAUSE`."""
    ahead, times = rows[-1].at - sent, [sent]
    for row in rows[-2::-1]:
        at = row.at - ahead
        times.append(at if times[-1] - PAUSE <= at <= times[-1] else times[-1])
    return times[::-1]


def _body(row: Row[Any]) -> Any:
    """As it was read when it was applied: another reader may stumble over what that one passed over."""
    return events.read(row.kind, row.body)


def _before(connection: Connection, sent: Row[Any]) -> list[Row[Any]]:
    event = tables.event.c
    near = (event.log_id == sent.log_id, event.n <= sent.n, event.n > sent.n - REACH, event.kind.in_(TELLING))
    return list(connection.execute(select(tables.event).where(*near).order_by(event.n)))


def _article(what: str) -> Tell:
    def tell(row: Row[Any], body: Any, catalogue: Catalogue | None) -> Moment:
        item = body.item
        name = first_name(catalogue, item.sku, item.name)
        detail = ", ".join(part for part in (name, item.variant) if part)
        return Moment(at=row.at, what=what, detail=detail, where=f"{row.store}, {body.station}", about=detail)

    return tell


def _search(row: Row[Any], body: ProductsSearched, _: Catalogue | None) -> Moment:
    where = f"{row.store}, {body.station}"
    found = f"“{body.query}”, {body.results} found"
    return Moment(at=row.at, what="Searched", detail=found, where=where, about=body.query)


def _picked(row: Row[Any], body: SearchResultChosen, catalogue: Catalogue | None) -> Moment:
    name = first_name(catalogue, body.item.sku, body.item.name)
    detail = f"{name}, number {body.position} of {body.results} for “{body.query}”"
    where = f"{row.store}, {body.station}"
    return Moment(at=row.at, what="Picked from a search", detail=detail, where=where, about=name)


def _sent(row: Row[Any], body: BasketSent, _: Catalogue | None) -> Moment:
    count = sum(line.quantity for line in body.lines)
    what = f"{count} article{'s' if count != 1 else ''}"
    where = f"{row.store}, {body.station}"
    return Moment(at=row.at, what="Sent the basket", detail=what, where=where, tone="strong")


TELLING: dict[str, Tell] = {
    "ProductScanned": _article("Scanned"),
    "ProductViewed": _article("Looked at"),
    "ProductsSearched": _search,
    "SearchResultChosen": _picked,
    "LineAdded": _article("Put in the basket"),
    "LineChanged": _article("Changed in the basket"),
    "LineRemoved": _article("Took out of the basket"),
    "BasketSent": _sent,
}


ABOUT = dict.fromkeys((MAIL, TEXT), "the basket, as it stood then") | dict.fromkeys((BACK, BACK_TEXT), "it is back")
"""What a message tells, by its kind."""
BECAME = {"dropped": "not sent", "control": "not sent: control group"}
"""Of a message, by the state of its row; others are named as they are."""


def _of(table: Table, profile: str) -> Select[Any]:
    """What hangs on any profile of the person's."""
    return select(table).where(table.c.profile.in_(profiles_of(profile)))


def _mails(connection: Connection, profile: str) -> Iterator[Moment]:
    for row in connection.execute(_of(tables.mail, profile)):
        name = "Text message" if row.kind in TEXTS else "Mail"
        about = ABOUT.get(row.kind, f"journey {row.kind}")
        if row.state == "sent":
            yield Moment(at=row.sent, what=f"{name} sent", detail=about, where="HQ")
        else:
            what = f"{name} {BECAME.get(row.state, row.state)}"
            yield Moment(at=row.due, what=what, detail=": ".join(filter(None, (about, row.error))), where="HQ")


def _wishes(connection: Connection, profile: str) -> Iterator[Moment]:
    for row in connection.execute(_of(tables.wish, profile)):
        detail = ", ".join(part for part in (row.name, row.variant) if part)
        where = f"{row.store}, {row.station}"
        yield Moment(at=row.at, what="Wants to be told when it is back", detail=detail, where=where, tone="strong")


OPENED = {"article": "Opened the page of an article", "mail": "Opened a mail"}


def _web(connection: Connection, profile: str, catalogue: Catalogue | None) -> Iterator[Moment]:
    for row in connection.execute(_of(tables.web_visit, profile)):
        kind, _, gtin = row.page.partition(":")
        what = OPENED.get(kind, "Opened the basket page")
        yield Moment(at=row.at, what=what, detail=_named(catalogue, gtin), where="web", tone="strong")


IN_WEB_SHOP = {
    "viewed": "Looked at",
    "added": "Put in the cart",
    "removed": "Took out of the cart",
    "cart": "Has in the cart",
    "reported": "Bought, says the browser",
    "bought": "Bought, says the web shop",
}
"""By `hq.webapi.names.Kind`."""


def _in_web_shop(connection: Connection, profile: str) -> Iterator[Moment]:
    for row in connection.execute(_of(tables.web_event, profile)):
        detail = ", ".join(part for part in (row.name, row.variant) if part) or "nothing"
        yield Moment(at=row.at, what=IN_WEB_SHOP[row.kind], detail=detail, where=f"web shop {row.shop}")


def _named(catalogue: Catalogue | None, gtin: str) -> str:
    variant = catalogue.by_gtin(gtin) if catalogue and gtin else None
    return first_name(catalogue, variant.sku, gtin) if variant else gtin


def _orders(connection: Connection, profile: str) -> Iterator[Moment]:
    for row in connection.execute(select(tables.order_line).where(theirs(profile))):
        what = "Bought" if row.quantity > 0 else "Returned"
        detail = f"{abs(row.quantity)} × {row.sku} (order {row.order_id})"
        yield Moment(at=row.at, what=what, detail=detail, where=row.store, tone="strong")


def _answers(connection: Connection, profile: str) -> Iterator[Moment]:
    for row in connection.execute(_of(tables.consent, profile)):
        refused = "Left empty the box for" if row.how == SCREEN else "Took back the consent to"
        what = f"{'Allowed' if row.granted else refused} {row.purpose}"
        yield Moment(at=row.at, what=what, detail="", where=row.how, tone="strong" if row.granted else "")
