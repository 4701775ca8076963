"""From what boxes and tills told HQ to the list that a screen shows."""

from pathlib import Path

import pytest

from edge.domain.events import LineAdded, LineRemoved
from hq import stores
from hq.config_file import parse
from hq.errors import ConfigError
from hq.feeds import publish
from hq.importers import import_file
from hq.ledger import SqlLedger, ledger_of
from hq.orders import import_orders
from hq.related import Rules, kept, learn
from hq.related.learner import LEARNED, due, learner, renew
from hq.service import Hq, open_hq
from hq.store.tables import setting
from sync.ingest import ingest
from tests.hq.boxes import NOW, STORE, Box, basket_sent, boots, line, new_id
from tests.hq.cli.test_commands import Run, lines, run  # noqa: F401
from tests.hq.importers.files import write
from tests.hq.waiting import until

PRODUCTS = ("boot", "sock", "tent", "mug", "hat")


@pytest.fixture
def stocked(hq: Hq, tmp_path: Path) -> Hq:
    """Five products of one variant each; the feed itself says that a hat goes with the boot."""
    rows = [f"{p}-1,{p},5,{p.title()},{'hat' if p == 'boot' else ''}" for p in PRODUCTS]
    path = write(tmp_path, "articles.csv", "\n".join(["sku,product_id,price,title_en,goes_with", *rows]) + "\n")
    with hq.engine.connect() as connection:
        import_file(connection, path)
    return hq


def added(basket: str, product: str) -> LineAdded:
    item = boots(f"{product}-1", product_id=product)
    return LineAdded(basket=basket, visit=new_id(), station="wall", item=item, quantity=1, fulfilment="take")


def put_together(box: Box, *products: str, times: int = 1) -> None:
    for _ in range(times):
        basket = new_id()
        for product in products:
            box.append(added(basket, product))


def taught(hq: Hq) -> dict[str, list[str]]:
    with hq.reading() as connection:
        found = learn(connection, Rules(support=3), now=hq.clock(), days=30).companions
    return {product: [one.product for one in beside] for product, beside in found.items()}


def test_baskets_of_the_boxes_teach_even_those_that_nobody_sent(stocked: Hq, ledger: SqlLedger, box: Box) -> None:
    put_together(box, "boot", "sock", times=6)
    put_together(box, "mug", times=20)
    ingest(ledger, STORE, box.payload())
    assert taught(stocked) == {"boot": ["sock"], "sock": ["boot"]}


def test_what_was_taken_out_again_does_not_count(stocked: Hq, ledger: SqlLedger, box: Box) -> None:
    for _ in range(6):
        basket = new_id()
        box.append(added(basket, "boot"))
        box.append(added(basket, "sock"))
        item = boots("sock-1", product_id="sock")
        box.append(LineRemoved(basket=basket, visit=new_id(), station="wall", item=item, quantity=1))
    put_together(box, "mug", times=20)
    ingest(ledger, STORE, box.payload())
    assert taught(stocked) == {}


def test_a_basket_that_was_recorded_sent_and_bought_is_one_basket(
    stocked: Hq, ledger: SqlLedger, box: Box, tmp_path: Path
) -> None:
    basket = new_id()
    box.append(added(basket, "boot"))
    box.append(added(basket, "sock"))
    both = [line(f"{product}-1", product_id=product) for product in ("boot", "sock")]
    box.append(basket_sent(*both, basket=basket), mail="sarah@example.com")
    ingest(ledger, STORE, box.payload())
    head = "order_id,at,store,sku,quantity,price,currency,basket\n"
    rows = [f"R-1,2026-09-20T10:00:00Z,{STORE},{sku},1,5,EUR,{basket}\n" for sku in ("boot-1", "sock-1")]
    import_orders(stocked, write(tmp_path, "orders.csv", head + "".join(rows)))
    with stocked.reading() as connection:
        assert learn(connection, Rules(), now=NOW, days=30).baskets == 1


def test_orders_of_tills_teach_and_returns_do_not(stocked: Hq, tmp_path: Path) -> None:
    head = "order_id,at,store,sku,quantity,price,currency\n"
    rows = [
        f"R-{n},2026-09-20T10:00:00Z,{STORE},{sku},{quantity},5,EUR\n"
        for n in range(30)
        for sku, quantity in (
            [("tent-1", 1), ("mug-1", 1)] if n < 6 else [("hat-1", 1), ("sock-1", -1)] if n < 12 else [("boot-1", 1)]
        )
    ]
    import_orders(stocked, write(tmp_path, "orders.csv", head + "".join(rows)))
    assert taught(stocked) == {"tent": ["mug"], "mug": ["tent"]}


def test_the_order_in_which_stores_are_heard_changes_nothing(stocked: Hq, tmp_path: Path) -> None:
    other = open_hq(tmp_path / "other", clock=stocked.clock)
    with other.engine.begin() as connection:
        stores.register(connection, STORE)
        stores.register(connection, "tartu")
    with stocked.engine.begin() as connection:
        stores.register(connection, "tartu")
    with other.engine.connect() as connection:
        import_file(connection, tmp_path / "articles.csv")
    told: list[list[tuple[str, bytes]]] = [[], []]
    for number, hq in enumerate((stocked, other)):
        for store, products in ((STORE, ("boot", "sock")), ("tartu", ("boot", "tent"))):
            box = Box(seal_key=hq.keys.seal_public, store=store)
            put_together(box, *products, times=6)
            put_together(box, "mug", times=20)
            told[number].append((store, box.payload()))
    for hq, batches in ((stocked, told[0]), (other, told[1][::-1])):
        for store, payload in batches:
            ingest(ledger_of(hq), store, payload)
    assert taught(stocked) == taught(other) != {}
    other.close()


def test_the_catalogue_carries_them_behind_what_the_feed_says(stocked: Hq, ledger: SqlLedger, box: Box) -> None:
    put_together(box, "boot", "sock", times=6)
    put_together(box, "boot", "hat", times=6)
    put_together(box, "mug", times=20)
    ingest(ledger, STORE, box.payload())
    assert renew(stocked) == 3
    catalogue = stocked.catalogue()
    assert catalogue is not None
    assert [product.id for product in catalogue.related("boot")] == ["hat", "sock"]
    assert [product.id for product in catalogue.related("sock")] == ["boot"]


def test_learning_the_same_again_changes_and_publishes_nothing(stocked: Hq, ledger: SqlLedger, box: Box) -> None:
    put_together(box, "boot", "sock", times=6)
    put_together(box, "mug", times=20)
    ingest(ledger, STORE, box.payload())
    assert (renew(stocked), renew(stocked)) == (2, 0)
    with stocked.engine.connect() as connection:
        assert publish(connection, stocked.dir, stocked.keys.signing, now=NOW) is None


def test_a_product_that_is_no_longer_sold_is_nobodys_companion(stocked: Hq, ledger: SqlLedger, box: Box) -> None:
    put_together(box, "boot", "gone", times=6)
    put_together(box, "mug", times=20)
    ingest(ledger, STORE, box.payload())
    assert taught(stocked) == {}


def test_it_is_due_once_a_day_and_when_the_clock_was_set_back(stocked: Hq) -> None:
    assert due(stocked)
    renew(stocked)
    assert not due(stocked)
    stocked.clock.now += 25 * 3_600_000  # type: ignore[attr-defined]
    assert due(stocked)
    renew(stocked)
    stocked.clock.now -= 3_600_000  # type: ignore[attr-defined]
    assert due(stocked)


def test_the_service_learns_by_itself(stocked: Hq) -> None:
    thread = learner(stocked, poll=0.01)
    thread.start()
    try:
        until(lambda: _learned(stocked))
    finally:
        thread.stop()


def _learned(hq: Hq) -> bool:
    with hq.reading() as connection:
        return connection.execute(setting.select().where(setting.c.key == LEARNED)).first() is not None


def test_the_command_shows_what_the_baskets_say_and_keeps_it_unless_asked_not_to(
    run: Run,  # noqa: F811
    stocked: Hq,
    ledger: SqlLedger,
    box: Box,
) -> None:
    put_together(box, "boot", "sock", times=6)
    put_together(box, "mug", times=20)
    ingest(ledger, STORE, box.payload())
    days = "10000"
    status, out, _ = run("related", "--dry-run", "--json", "--days", days)
    one, other, last = lines(out)
    assert status == 0
    assert one == {"product": "boot", "goes_with": [{"product": "sock", "baskets": 6, "lift": round(26 / 6, 3)}]}
    assert other["product"] == "sock"
    assert last == {"baskets": 26, "products": 2, "changed": 0, "published": None}
    with stocked.reading() as connection:
        assert kept(connection) == {}
    assert lines(run("related", "--json", "--days", days)[1])[-1]["published"] == "1.1"
    assert "boot: sock (6 baskets, 4.3 x)" in run("related", "--days", days)[1]


def test_a_support_of_none_is_refused_with_the_fix(run: Run) -> None:  # noqa: F811
    status, _, err = run("related", "--support", "-1")
    assert (status, "--support must lie between 1 and 10000, not -1" in err) == (2, True)
    with pytest.raises(ConfigError, match=r"related\.days must lie between 1 and 10000"):
        parse("[related]\ndays = 0")
