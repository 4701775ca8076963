"""Staff's table of stock: this store, those nearest to it and the web, each figure with its age."""

from flask.testing import FlaskClient

from edge.domain.article import Stock, Store
from edge.shop import Article
from kiosk.pages.staff import columns
from tests.kiosk.aurora import Aurora

HERE = Store(id="a", name="A", latitude=59.0, longitude=24.0)
NEAR = Store(id="b", name="B", latitude=59.1, longitude=24.0)
UNKNOWN = Store(id="c", name="C")


def test_each_place_says_how_far_it_is_and_how_old_its_oldest_figure() -> None:
    counts = [Stock(sku=sku, store="b", quantity=1, as_of=at) for sku, at in (("x", 20), ("y", 10))]
    told = [(one.name, one.here, one.as_of, one.distance_km) for one in columns([HERE, NEAR, UNKNOWN], HERE, counts)]
    near = told[1][3]
    assert near is not None and 11 < near < 11.2
    assert told == [("A", True, None, None), ("B", False, 10, near), ("C", False, None, None), ("", False, None, None)]


def test_the_nearest_store_stands_next_to_this_one(client: FlaskClient, aurora: Aurora) -> None:
    aurora.shop.show("staff", Article(sku="RANNIK-AMBER-42"))
    page = client.get("/s/staff").get_data(as_text=True)
    places = [page.index(f">{name}<") for name in ("Aurora Tallinn", "Aurora Pärnu", "Aurora Tartu", "Web")]
    assert places == sorted(places)
    assert page.count(" km</small>") == 2
