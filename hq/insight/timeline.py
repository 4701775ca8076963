"""Everything that is known to have happened with one person, the newest first."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from hq.store import tables

REACH = 400
"""Events of a log before a basket was sent that may belong to the same visit."""


@dataclass(frozen=True, kw_only=True)
class Moment:
    at: int
    """Milliseconds since 1970: by the box's clock for what happened in a store, by HQ's for the rest."""
    what: str
    detail: str
    where: str
    tone: str = ""
    """"strong" for what a person decided."""


def timeline(connection: Connection, profile: str) -> list[Moment]:
    sources = (_visits, _mails, _web, _orders, _answers)
    moments = [moment for source in sources for moment in source(connection, profile)]
    return sorted(moments, key=lambda moment: moment.at)[::-1]  # of two in one moment the later stays above


def _visits(connection: Connection, profile: str) -> Iterator[Moment]:
    """What was done at the screens in the visits that ended in a basket of theirs. A visit that ended otherwise is
    nobody's."""
    event, basket = tables.event.c, tables.basket.c
    query = select(tables.event).join_from(tables.event, tables.basket, basket.event == event.id)
    for sent in connection.execute(query.where(basket.profile == profile)).all():
        visit = json.loads(sent.body).get("visit", "")
        for row in _before(connection, sent):
            body = json.loads(row.body)
            if body.get("visit") == visit and (telling := TELLING.get(row.kind)):
                yield telling(row, body)


def _before(connection: Connection, sent: Row[Any]) -> list[Row[Any]]:
    event = tables.event.c
    near = (event.log_id == sent.log_id, event.n <= sent.n, event.n > sent.n - REACH, event.kind.in_(TELLING))
    return list(connection.execute(select(tables.event).where(*near).order_by(event.n)))


def _article(what: str) -> Callable[[Row[Any], dict[str, Any]], Moment]:
    def tell(row: Row[Any], body: dict[str, Any]) -> Moment:
        item = body["item"]
        detail = ", ".join(part for part in (item["name"], item["variant"]) if part)
        return Moment(at=row.at, what=what, detail=detail, where=f"{row.store}, {body['station']}")

    return tell


def _search(row: Row[Any], body: dict[str, Any]) -> Moment:
    where = f"{row.store}, {body['station']}"
    return Moment(at=row.at, what="Searched", detail=f"“{body['query']}”, {body['results']} found", where=where)


def _sent(row: Row[Any], body: dict[str, Any]) -> Moment:
    count = sum(line["quantity"] for line in body["lines"])
    what = f"{count} article{'s' if count != 1 else ''}"
    where = f"{row.store}, {body['station']}"
    return Moment(at=row.at, what="Sent the basket", detail=what, where=where, tone="strong")


TELLING: dict[str, Callable[[Row[Any], dict[str, Any]], Moment]] = {
    "ProductScanned": _article("Scanned"),
    "ProductViewed": _article("Looked at"),
    "ProductsSearched": _search,
    "LineAdded": _article("Put in the basket"),
    "LineChanged": _article("Changed in the basket"),
    "LineRemoved": _article("Took out of the basket"),
    "BasketSent": _sent,
}


def _mails(connection: Connection, profile: str) -> Iterator[Moment]:
    for row in connection.execute(select(tables.mail).where(tables.mail.c.profile == profile)):
        if row.state == "sent":
            yield Moment(at=row.sent, what="Mail sent", detail="the basket, as it stood then", where="HQ")
        else:
            what = "Mail failed" if row.state == "failed" else "Mail queued"
            yield Moment(at=row.due, what=what, detail=row.error, where="HQ")


def _web(connection: Connection, profile: str) -> Iterator[Moment]:
    for row in connection.execute(select(tables.web_visit).where(tables.web_visit.c.profile == profile)):
        kind, _, gtin = row.page.partition(":")
        detail = f"article {gtin}" if kind == "article" else "their basket"
        yield Moment(at=row.at, what="Looked at on the web", detail=detail, where="web", tone="strong")


def _orders(connection: Connection, profile: str) -> Iterator[Moment]:
    order = tables.order_line.c
    baskets = select(tables.basket.c.id).where(tables.basket.c.profile == profile)
    for row in connection.execute(
        select(tables.order_line).where(or_(order.profile == profile, order.basket.in_(baskets)))
    ):
        what = "Bought" if row.quantity > 0 else "Returned"
        detail = f"{abs(row.quantity)} × {row.sku} (order {row.order_id})"
        yield Moment(at=row.at, what=what, detail=detail, where=row.store, tone="strong")


def _answers(connection: Connection, profile: str) -> Iterator[Moment]:
    for row in connection.execute(select(tables.consent).where(tables.consent.c.profile == profile)):
        what = f"{'Allowed' if row.granted else 'Did not allow'} {row.purpose}"
        yield Moment(at=row.at, what=what, detail="", where=row.how, tone="strong" if row.granted else "")
