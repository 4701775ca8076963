"""One row per station that is in use: who is there (anonymously), their basket, and what they are shown."""

from dataclasses import dataclass

import msgspec
import sqlite_utils

from edge.domain.basket import Basket, Line
from edge.domain.privacy import without_people
from edge.shop.screens import Attract, Browse, Screen, decode_screen, encode_screen


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


def load_visit(db: sqlite_utils.Database, station: str) -> Visit | None:
    sql = "SELECT id, language, basket, size, screen, touched FROM visit WHERE station = ?"
    row = db.conn.execute(sql, (station,)).fetchone()
    if row is None:
        return None
    return Visit(
        id=row[0],
        station=station,
        language=row[1],
        basket_id=row[2],
        size=row[3],
        screen=decode_screen(row[4]),
        last_touch=row[5],
    )


def save_visit(db: sqlite_utils.Database, visit: Visit) -> None:
    screen, size = encode_screen(_harmless(visit.screen)), without_people(visit.size)
    values = (visit.station, visit.id, visit.language, visit.basket_id, size, screen)
    db.conn.execute("INSERT OR REPLACE INTO visit VALUES (?, ?, ?, ?, ?, ?, ?)", (*values, visit.last_touch))


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


def idle_stations(db: sqlite_utils.Database, before: int) -> list[str]:
    return [row[0] for row in db.conn.execute("SELECT station FROM visit WHERE touched < ?", (before,)).fetchall()]


def load_basket(db: sqlite_utils.Database, basket_id: str) -> Basket:
    rows = db.conn.execute("SELECT doc FROM line WHERE basket = ? ORDER BY position", (basket_id,)).fetchall()
    return Basket(id=basket_id, lines=tuple(msgspec.json.decode(row[0], type=Line) for row in rows))


def save_basket(db: sqlite_utils.Database, basket: Basket) -> None:
    db.conn.execute("DELETE FROM line WHERE basket = ?", (basket.id,))
    rows = [(basket.id, line.item.sku, i, msgspec.json.encode(line).decode()) for i, line in enumerate(basket.lines)]
    db.conn.executemany("INSERT INTO line VALUES (?, ?, ?, ?)", rows)


def screen_of(visit: Visit | None) -> Screen:
    return visit.screen if visit else Attract()
