"""One row per station that is in use: who is there (anonymously), their basket, and what they are shown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import sqlite_utils

from edge.domain.basket import Basket, Line
from edge.domain.privacy import without_people
from edge.shop.comfort import USUAL, Comfort, decode_comfort, encode_comfort
from edge.shop.screens import Attract, Browse, Screen, decode_screen, encode_screen

MOST_LOOKED = 8
"""Products looked at on a visit that are remembered."""


class Looked(msgspec.Struct, frozen=True, array_like=True):
    """An article that was looked at: the variant seen last of its product."""

    product: str
    sku: str


@dataclass(frozen=True, kw_only=True)
class Visit:
    """From the first touch, scan or tap until "I'm done" or nobody is there. Times in milliseconds UTC."""

    id: str
    station: str
    language: str
    basket_id: str
    size: str
    """The last size chosen on this visit, preferred from then on; "" before the first."""
    screen: Screen
    last_touch: int
    holder: str = ""
    """Who it is known to be, by a name that only their card and this box make (`edge.shop.holders`); "" for nobody."""
    looked: tuple[Looked, ...] = ()
    """The newest first."""
    comfort: Comfort = USUAL

    def looking_at(self, product: str, sku: str) -> "Visit":
        others = (one for one in self.looked if one.product != product)
        return replace(self, looked=(Looked(product, sku), *others)[:MOST_LOOKED])


COLUMNS = "station, id, language, basket, size, screen, touched, holder, looked, comfort"


def load_visit(db: sqlite_utils.Database, station: str) -> Visit | None:
    row = db.conn.execute(f"SELECT {COLUMNS} FROM visit WHERE station = ?", (station,)).fetchone()  # noqa: S608
    return _visit(row) if row else None


def load_visits(db: sqlite_utils.Database) -> list[Visit]:
    """At every station."""
    return [_visit(row) for row in db.conn.execute(f"SELECT {COLUMNS} FROM visit ORDER BY station").fetchall()]  # noqa: S608


def _visit(row: Sequence[Any]) -> Visit:
    station, id_, language, basket, size, screen, touched, holder, looked, comfort = row
    return Visit(
        id=id_,
        station=station,
        language=language,
        basket_id=basket,
        size=size,
        screen=decode_screen(screen),
        last_touch=touched,
        holder=holder,
        looked=msgspec.json.decode(looked, type=tuple[Looked, ...]),
        comfort=decode_comfort(comfort),
    )


def save_visit(db: sqlite_utils.Database, visit: Visit) -> None:
    screen, size = encode_screen(_harmless(visit.screen)), without_people(visit.size)
    who = (visit.holder, msgspec.json.encode(visit.looked).decode())
    values = (
        visit.station,
        visit.id,
        visit.language,
        visit.basket_id,
        size,
        screen,
        visit.last_touch,
        *who,
        encode_comfort(visit.comfort),
    )
    db.conn.execute(f"INSERT OR REPLACE INTO visit ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)  # noqa: S608


def _harmless(screen: Screen) -> Screen:
    """An address typed into the search field is no less an address: what is written down does not hold it."""
    if not isinstance(screen, Browse):
        return screen
    return msgspec.structs.replace(
        screen,
        category=without_people(screen.category),
        query=without_people(screen.query),
        brands=tuple(map(without_people, screen.brands)),
        sizes=tuple(map(without_people, screen.sizes)),
        colours=tuple(map(without_people, screen.colours)),
        price=without_people(screen.price),
        places=tuple(map(without_people, screen.places)),
        heading=without_people(screen.heading),
    )


def delete_visit(db: sqlite_utils.Database, visit: Visit) -> None:
    db.conn.execute("DELETE FROM visit WHERE station = ?", (visit.station,))
    db.conn.execute("DELETE FROM line WHERE basket = ?", (visit.basket_id,))


def move_visit(db: sqlite_utils.Database, visit: Visit, to: str, screen: Screen, at: int) -> None:
    """Its lines name the basket, not the station: they stay."""
    db.conn.execute("DELETE FROM visit WHERE station = ?", (visit.station,))
    save_visit(db, replace(visit, station=to, screen=screen, last_touch=at))


def idle_stations(db: sqlite_utils.Database, now: int, idle_ms: int) -> list[str]:
    """Where nobody touched anything for `idle_ms`, or for as long as that visit asked to have."""
    rows = db.conn.execute("SELECT station, touched, comfort FROM visit WHERE touched < ?", (now - idle_ms,)).fetchall()
    return [station for station, touched, doc in rows if touched < now - decode_comfort(doc).idle_ms(idle_ms)]


def load_basket(db: sqlite_utils.Database, basket_id: str) -> Basket:
    rows = db.conn.execute("SELECT doc FROM line WHERE basket = ? ORDER BY position", (basket_id,)).fetchall()
    return Basket(id=basket_id, lines=tuple(msgspec.json.decode(row[0], type=Line) for row in rows))


def save_basket(db: sqlite_utils.Database, basket: Basket) -> None:
    db.conn.execute("DELETE FROM line WHERE basket = ?", (basket.id,))
    rows = [(basket.id, line.item.sku, i, msgspec.json.encode(line).decode()) for i, line in enumerate(basket.lines)]
    db.conn.executemany("INSERT INTO line VALUES (?, ?, ?, ?)", rows)


def screen_of(visit: Visit | None) -> Screen:
    return visit.screen if visit else Attract()
