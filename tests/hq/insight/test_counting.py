"""What is counted as events arrive: the same on every database, and the same when it is counted anew."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from edge.domain.events import Event, LineAdded, ProductScanned, ProductsSearched, SearchResultChosen
from hq.insight.funnel import Cut, by_article, by_station, daily, funnel
from hq.insight.missed import dead_ends
from hq.ledger import ledger_of
from hq.linking import ruling
from hq.outcomes import following
from hq.projection import counting, spans
from hq.service import Hq
from hq.store import tables
from hq.store.state import derived_hash, derived_sums, state_hash
from sync.ingest import ingest
from tests.hq.boxes import DAY, NOW, STORE, Box, basket_sent, boots, box_of, line, new_id

VISIT = "f" * 32


def scanned(sku: str, station: str = "wall") -> ProductScanned:
    return ProductScanned(visit=VISIT, station=station, reader="r", symbology="ean13", code="1", item=boots(sku))


def added(sku: str) -> LineAdded:
    more = {"basket": new_id(), "visit": VISIT, "station": "wall"}
    return LineAdded(**more, item=boots(sku), quantity=1, fulfilment="take")


def searched(words: str, results: int) -> ProductsSearched:
    return ProductsSearched(visit=VISIT, station="wall", query=words, results=results)


def chosen(words: str) -> SearchResultChosen:
    return SearchResultChosen(visit=VISIT, station="wall", query=words, results=3, position=1, item=boots())


def tell(hq: Hq, box: Box, *events: Event, mail: str = "") -> None:
    first = len(box.envelopes) + 1
    for event in events:
        box.append(event, mail=mail if type(event).__name__ == "BasketSent" else "")
    ingest(ledger_of(hq), STORE, box.payload(first))
    following.follow(hq.engine)
    spans.follow(hq.engine)


def told(hq: Hq) -> Box:
    """Two days of a shop."""
    box = box_of(hq)
    tell(hq, box, scanned("boot-42"), scanned("boot-42"), scanned("coat-m", "tablet"), added("boot-42"))
    tell(hq, box, basket_sent(line("boot-42"), line("coat-m")), mail="mari@example.org")
    box.clock += DAY
    tell(hq, box, scanned("boot-42"), searched("Wellies ", 0), searched("wellies", 0), searched("boot", 3))
    tell(hq, box, chosen("boot"), searched("mari@example.org", 0), searched("5551234567", 0))
    return box


def test_scans_adds_and_baskets_are_counted_by_day_station_and_article(any_hq: Hq) -> None:
    told(any_hq)
    with any_hq.reading() as connection:
        rows = {row.name[0]: (row.scans, row.adds, row.sent) for row in by_article(connection, Cut(), 10)}
        stations = {row.name: (row.scans, row.adds, row.sent) for row in by_station(connection, Cut())}
        days = daily(connection, Cut())
        later = funnel(connection, Cut(since=NOW + DAY))
    assert rows == {"boot-42": (3, 1, 1), "coat-m": (1, 0, 1)}
    assert stations == {(STORE, "wall"): (3, 1, 1), (STORE, "tablet"): (1, 0, 0)}
    assert [times for _, *times in days] == [[3, 1, 1], [1, 0, 0]]
    assert [step.count for step in later[:2]] == [1, 0]


def test_searches_that_led_nowhere_are_kept_and_nobodys_address_is(any_hq: Hq) -> None:
    told(any_hq)
    with any_hq.reading() as connection:
        (end,) = dead_ends(connection, Cut(), 10)
        words = set(connection.scalars(select(tables.day_search.c.words)))
    assert (end.words, end.searches, end.empty, end.chosen) == ("wellies", 2, 2, 0)
    assert words == {"wellies", "boot"}


def test_counted_anew_from_the_events_it_is_the_same(any_hq: Hq) -> None:
    box = told(any_hq)
    ingest(ledger_of(any_hq), STORE, box.payload())  # all of it once more: nothing counts twice
    with any_hq.engine.begin() as connection:
        before, parts = derived_hash(connection), {name: str(one) for name, one in derived_sums(connection).items()}
        assert parts["day_count"] != "0 0" != parts["day_search"]
        connection.execute(tables.day_count.update().values(n=77))
        connection.execute(tables.day_station.update().values(scan=77))
        assert derived_hash(connection) != before
        counting.rebuild(connection)
        assert derived_hash(connection) == before


def test_an_hq_that_never_counted_does_so_once(any_hq: Hq) -> None:
    told(any_hq)
    with any_hq.engine.begin() as connection:
        before = derived_hash(connection)
        connection.execute(tables.day_count.delete())
        connection.execute(tables.day_station.delete())
        connection.execute(tables.setting.delete().where(tables.setting.c.key == counting.MARK))
    counting.catch_up(any_hq.engine)
    counting.catch_up(any_hq.engine)
    with any_hq.reading() as connection:
        assert derived_hash(connection) == before


def test_articles_of_all_stores_add_up_from_any_day_on(any_hq: Hq) -> None:
    """By days and longer spans as by every store's day, and the same when that is added up anew."""
    box = box_of(any_hq)
    for _ in range(2 * spans.SPANS[-1] + 3):
        tell(any_hq, box, scanned("boot-42"), scanned("coat-m", "tablet"), added("boot-42"))
        box.clock += DAY
    for back in range(-1, 2 * spans.SPANS[-1] + 5):
        cut = Cut(since=box.clock - back * DAY)
        with any_hq.reading() as connection:
            assert by_article(connection, cut, 5) == by_article(connection, replace(cut, store=STORE), 5)
    with any_hq.engine.begin() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.count_pending)) == 0
        before = state_hash(connection, [tables.span_article])
        spans.fill(connection)
        assert state_hash(connection, [tables.span_article]) == before


@pytest.mark.parametrize("sku", ["x" * 65, "a\0b"])
def test_what_no_column_holds_is_not_counted_and_stops_nothing(any_hq: Hq, sku: str) -> None:
    box = box_of(any_hq)
    tell(any_hq, box, scanned(sku), scanned("boot-42"))
    with any_hq.reading() as connection:
        assert connection.scalars(select(tables.day_count.c.sku)).all() == ["boot-42"]


def test_what_somebody_else_buys_is_nobody_elses_purchase(any_hq: Hq) -> None:
    box = box_of(any_hq)
    for mail in ("mari@example.org", "jaan@example.org", "liis@example.org"):
        tell(any_hq, box, basket_sent(), mail=mail)
    with any_hq.reading() as connection:
        ids = connection.scalars(select(tables.profile.c.id).order_by(tables.profile.c.id)).all()
    ruling.merge(any_hq, ids[0], ids[1], reason="", by="test")
    with any_hq.engine.begin() as connection:
        row = {"store": "web", "order_id": "1", "sku": "boot-42", "quantity": 1, "price": 1, "currency": "EUR"}
        connection.execute(tables.order_line.insert().values(row | {"profile": ids[1], "at": NOW + DAY}))
    following.follow(any_hq.engine)
    with any_hq.reading() as connection:
        bought = funnel(connection, Cut())[-1]
        assert (bought.count, bought.people) == (2, 1)
        (station,) = by_station(connection, Cut())
        assert (station.sent, station.bought) == (3, 2)


def test_a_person_of_two_addresses_counts_once(any_hq: Hq) -> None:
    box = box_of(any_hq)
    tell(any_hq, box, basket_sent(), mail="mari@example.org")
    tell(any_hq, box, basket_sent(), mail="mari@example.com")
    with any_hq.reading() as connection:
        one, other = connection.scalars(select(tables.profile.c.id).order_by(tables.profile.c.id)).all()
        assert funnel(connection, Cut())[2].people == 2
    ruling.merge(any_hq, one, other, reason="", by="test")
    following.follow(any_hq.engine)
    with any_hq.engine.begin() as connection:
        assert funnel(connection, Cut())[-1].count == 0
        row = {"store": "web", "order_id": "1", "sku": "boot-42", "quantity": 1, "price": 1, "currency": "EUR"}
        connection.execute(tables.order_line.insert().values(row | {"profile": other, "at": NOW + DAY}))
    following.follow(any_hq.engine)
    with any_hq.reading() as connection:
        steps = {step.key: step for step in funnel(connection, Cut())}
    assert (steps["sent"].count, steps["sent"].people) == (2, 1)
    assert (steps["bought"].count, steps["bought"].people) == (2, 1), "bought by the other address"
