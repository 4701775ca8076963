"""The stores: Tote's own CSV and JSON, and JSON that nests its places ("location": {"lat", "lon"}).

`id`, `name`, `city`, `address`, `latitude`, `longitude`, `hours`, `time_zone`, `zone`.
"""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from edge.domain.article import WEB, Store
from hq.importers.cells import LONGEST_TITLE, BadCell, optional, place, required, store_id
from hq.importers.desk import Desk, Repeats
from hq.importers.format import STORES, Columns, Format, Records
from hq.importers.opening import osm_hours
from hq.importers.record import Record, text, texts

SPELLINGS = {
    "id": (("id",), ("key",), ("storeId",), ("store_id",), ("code",)),
    "name": (("name",), ("name", "en"), ("title",)),
    "city": (("city",), ("address", "city"), ("address", "addressLocality"), ("town",)),
    "state": (("state",), ("region",), ("address", "addressRegion")),
    "street": (
        ("address",), ("street",), ("address", "street"), ("address", "streetAddress"), ("address", "streetName"),
    ),
    "house": (("address", "streetNumber"),),
    "more": (("address2",),),
    "latitude": (("latitude",), ("lat",), ("location", "lat"), ("location", "latitude"), ("geo", "latitude")),
    "longitude": (
        ("longitude",), ("lon",), ("lng",), ("location", "lon"), ("location", "lng"), ("location", "longitude"),
        ("geo", "longitude"),
    ),
    "hours": (
        ("hours",), ("opening_hours",), ("openingHours",), ("custom", "fields", "openingTimes", "de"),
        ("custom", "fields", "openingTimes", "en"),
    ),
    "time_zone": (("time_zone",), ("timezone",), ("timeZone",)),
    "zone": (("zone",), ("price_zone",), ("priceZone",)),
}  # fmt: skip
"""Where other systems' files have what ours call so."""


class StoreRows:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._repeats = Repeats(desk.scratch)

    def take(self, row: int, record: dict[str, Any]) -> bool:
        cells = {name: _first(record, paths) for name, paths in SPELLINGS.items()} | _point(record)
        id_ = store_id(cells, "id")
        if id_ == WEB:
            raise BadCell("id", f"{WEB!r} stands for the web shop", "choose another id")
        store = self._store(id_, cells)
        if not self._repeats.is_new(row, id_, cells):
            return False
        self._desk.articles.put(id_, "", store)
        return True

    def _store(self, id_: str, cells: dict[str, str]) -> Store:
        cells["city"] = ", ".join(filter(None, (cells["city"], cells["state"])))
        cells["address"] = ", ".join(filter(None, (f"{cells['street']} {cells['house']}".strip(), cells["more"])))
        latitude, longitude = place(cells["latitude"], "latitude", 90), place(cells["longitude"], "longitude", 180)
        if (latitude is None) != (longitude is None):
            self._desk.warn("latitude", "of its place one half is missing", "write latitude and longitude, or neither")
            latitude = longitude = None
        return Store(
            id=id_,
            name=required(cells, "name", 200),
            city=optional(cells, "city"),
            address=optional(cells, "address"),
            latitude=latitude,
            longitude=longitude,
            hours=osm_hours(optional(cells, "hours", LONGEST_TITLE)),
            time_zone=self._time_zone(cells["time_zone"]),
            zone=optional(cells, "zone", 64),
        )

    def _time_zone(self, name: str) -> str:
        if name and name not in _zones():
            self._desk.warn("time_zone", f"{name[:40]!r} is no time zone", "write it like Europe/Tallinn")
            return ""
        return name


def _point(record: Record) -> dict[str, str]:
    """The place as GeoJSON has it: longitude first."""
    found = texts(record, "geoLocation", "coordinates")
    return {"longitude": found[0], "latitude": found[1]} if len(found) == 2 else {}


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _first(record: Record, paths: tuple[tuple[str, ...], ...]) -> str:
    return next((found for path in paths if (found := text(record, *path))), "")


CSV = Format(
    name="tote-stores-csv",
    of=STORES,
    layout=Columns({"id", "name", "city"}, {"id", "name", "address"}, {"id", "name", "latitude"}, without={"sku"}),
    adapter=StoreRows,
)
JSON = Format(
    name="stores-json",
    of=STORES,
    layout=Records(
        {"id", "name", "location.lat"}, {"id", "name", "latitude"}, {"id", "name", "city"}, {"id", "name", "lat"},
        {"id", "name", "address.city"}, {"id", "name", "geo.latitude"},
        {"key", "name.en", "geoLocation.coordinates.item"}, at=("item", "stores.item"),
    ),
    adapter=StoreRows,
)  # fmt: skip
