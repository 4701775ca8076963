"""Stores from CSV and JSON: their place, their hours as OpenStreetMap writes them, their clock."""

from pathlib import Path

import pytest
from sqlalchemy import Connection

from edge.domain.article import Store
from edge.domain.place import by_nearness
from hq.feeds.sources import values
from hq.importers import import_file
from hq.importers.opening import osm_hours
from tests.hq.importers.test_importing import Take, connection, held, remarks, take  # noqa: F401

SHARED = Path(__file__).parents[4] / "shared" / "data" / "catalogues"


@pytest.mark.parametrize(
    ("told", "osm"),
    [
        ("Mon: 10-9; Tue: 10-9; Wed: 10-9; Thurs: 10-9; Fri: 10-9:30; Sat: 10-9:30; Sun: 11-6",
         "Mo-Th 10:00-21:00; Fr-Sa 10:00-21:30; Su 11:00-18:00"),
        ("Sun: 12:30-5:30; Mon: 1-5", "Mo 13:00-17:00; Su 12:30-17:30"),
        ("Mon: 0-11:59", "Mo 00:00-23:59"),
        ("Mo-Sa 10:00-20:00; Su 11:00-18:00", "Mo-Sa 10:00-20:00; Su 11:00-18:00"),
        ("24/7", "24/7"),
        ("Mon: 10-9; holidays vary", "Mon: 10-9; holidays vary"),
        ("Mon: 10-21", "Mon: 10-21"),
        ("Mon: 10-9; Mon: 9-5", "Mon: 10-9; Mon: 9-5"),
        ("", ""),
    ],
)  # fmt: skip
def test_hours_become_those_of_openstreetmap_or_stay_as_they_are(told: str, osm: str) -> None:
    assert osm_hours(told) == osm


def test_a_store_tells_its_clock_and_its_zone(connection: Connection, take: Take) -> None:  # noqa: F811
    report = take(
        "id,name,city,latitude,longitude,time_zone,zone\n"
        "a,A,Tallinn,59.4,24.7,Europe/Tallinn,baltic\nb,B,Atlantis,59.4,,Europe/Atlantis,\n"
    )
    assert (report.accepted, report.warned) == (2, 1)
    assert (held(connection, Store, "a").time_zone, held(connection, Store, "a").zone) == ("Europe/Tallinn", "baltic")
    assert (held(connection, Store, "b").time_zone, held(connection, Store, "b").latitude) == ("", None)
    assert remarks(report) == [(3, "latitude"), (3, "time_zone")]


NESTED = """[{"id": 7, "name": "Seven", "address": "Pikk 1", "address2": "2nd floor", "city": "Tallinn", "state": "HA",
 "location": {"lat": 59.44, "lon": 24.75}, "hours": "Mon: 10-9"},
 {"key": "eight", "name": {"en": "Eight"}, "geoLocation": {"type": "Point", "coordinates": [13.4, 52.5]},
  "address": {"streetName": "Unter den Linden", "streetNumber": "8", "city": "Berlin"}}, {"name": "No id"}]"""


def test_json_may_nest_the_place(connection: Connection, take: Take) -> None:  # noqa: F811
    report = take(NESTED, "stores.json")
    assert (report.format, report.accepted, report.rejected) == ("stores-json", 2, 1)
    assert held(connection, Store, "7") == Store(
        id="7", name="Seven", city="Tallinn, HA", address="Pikk 1, 2nd floor", latitude=59.44, longitude=24.75,
        hours="Mo 10:00-21:00",
    )  # fmt: skip
    eight = held(connection, Store, "eight")
    assert (eight.name, eight.city, eight.address) == ("Eight", "Berlin", "Unter den Linden 8")
    assert (eight.latitude, eight.longitude) == (52.5, 13.4)


def test_a_chain_of_1565_stores_is_taken_whole_and_its_neighbours_are_near(connection: Connection) -> None:  # noqa: F811
    path = SHARED / "bestbuy_open" / "stores.json"
    if not path.exists():
        pytest.skip(f"{path} is not on this machine")
    report = import_file(connection, path)
    assert (report.rows, report.accepted, report.problems) == (1565, 1565, [])
    with connection.begin():
        stores = list(values(connection, Store))
    near = by_nearness(stores, "1000")
    assert (near[0].name, {store.city for store in near[1:4]} <= {store.city for store in stores}) == (
        "Mall of America",
        True,
    )
    assert {store.city.rpartition(", ")[2] for store in near[:10]} == {"MN"}, "all in Minnesota"
    assert all(store.hours[:2] in ("Mo", "Su") and ": 1" not in store.hours for store in stores if store.hours)
