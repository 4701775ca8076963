"""Who is told of what: rings, pauses, reverts, deltas beside the heads, stock between versions."""

import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask import Flask
from sqlalchemy import delete, update

from edge.catalogue import Catalogue, Shelf, Version, build, pack, unpack
from edge.catalogue.stock import Told, pack_stock, unpack_stock
from hq import rings, stores
from hq.errors import DamagedVersionError, InputError
from hq.feeds import Publisher, publish, stock
from hq.feeds.heads import heads, steps_between
from hq.feeds.remarks import remarks
from hq.feeds.wanted import publish_wanted, want
from hq.feeds.web import blueprint
from hq.importers import import_file
from hq.service import Hq, open_hq
from hq.store.tables import article, feed_position, feed_version
from hq.telling import tell
from hq.web import create_app
from sync import topics
from sync.codec import (
    FeedHead,
    decode_delta,
    decode_deltas,
    decode_head,
    encode_head,
    sign_head,
    verify_delta,
    verify_head,
)
from tests.hq.importers import files

ALL, CANARY = topics.feed("catalogue"), topics.feed("catalogue", "canary")


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Hq]:
    opened = open_hq(tmp_path / "hq")
    yield opened
    opened.close()


def publisher(hq: Hq) -> Any:
    return hq.engine.connect()


def published(hq: Hq, folder: Path, price: str, ring: str = "all") -> FeedHead:
    with hq.engine.connect() as connection:
        import_file(connection, files.articles(folder, files.ARTICLES.replace("129.95", price)), pictures=hq.pictures)
        head = publish(connection, hq.dir, hq.keys.signing, now=hq.clock(), ring=ring)
    assert head
    return head


def reverted(hq: Hq, to: Version | None = None) -> FeedHead:
    with hq.engine.connect() as connection:
        return Publisher(connection=connection, folder=hq.dir, signing_key=hq.keys.signing, now=hq.clock()).revert(to)


def told(hq: Hq) -> dict[str, FeedHead]:
    with hq.reading() as connection:
        return {topic: decode_head(payload) for topic, payload in heads(connection) if payload}


def in_ring(hq: Hq, store: str, ring: str) -> None:
    with hq.engine.begin() as connection:
        rings.join(connection, store, ring)


def price_in(hq: Hq, head: FeedHead, folder: Path) -> int:
    with (hq.dir / head.url[1:].replace("feeds/catalogue", "feeds")).open("rb") as packed:
        unpack(packed, folder / "looked-at.db", hash_hex=head.sha256)
    with Catalogue.open(folder / "looked-at.db") as catalogue:
        assert catalogue.version == Version(head.epoch, head.n)
        variant = catalogue.by_sku("TB-42")
    assert variant
    return variant.price.amount


def test_a_version_is_told_to_the_canaries_first_and_to_everybody_once_it_is_promoted(hq: Hq, tmp_path: Path) -> None:
    in_ring(hq, "tallinn", "canary")
    published(hq, tmp_path, "129.95")
    second = published(hq, tmp_path, "119.95", ring="canary")
    now = told(hq)
    assert (now[ALL].n, now[ALL].newest) == (1, (1, 2))
    assert (now[CANARY].n, now[CANARY].stores) == (2, ("tallinn",))
    for head in now.values():
        verify_head(hq.keys.verify, head)
    catalogue = hq.catalogue()
    assert catalogue and catalogue.version == Version(1, 1)  # HQ's own pages show what everybody has
    with hq.engine.begin() as connection:
        assert rings.promote(connection, now=hq.clock()) == Version(second.epoch, second.n)
        with pytest.raises(InputError, match="no version that the others lack"):
            rings.promote(connection, now=hq.clock())
    assert (told(hq)[ALL].n, told(hq)[ALL].newest) == (2, msgspec.UNSET)


def test_the_first_version_goes_to_everybody(hq: Hq, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="leave --ring out"):
        published(hq, tmp_path, "129.95", ring="canary")


def test_nobody_is_told_in_a_pause_and_the_newest_is_told_after_it(hq: Hq, tmp_path: Path) -> None:
    published(hq, tmp_path, "129.95")
    with hq.engine.begin() as connection:
        rings.pause(connection, "all", True)
    published(hq, tmp_path, "119.95")
    assert told(hq) == {}
    with hq.reading() as connection:
        assert (ALL, b"") in heads(connection)
    with hq.engine.begin() as connection:
        rings.pause(connection, "all", False)
    assert told(hq)[ALL].n == 2


def test_the_oldest_of_five_versions_can_be_gone_back_to(hq: Hq, tmp_path: Path) -> None:
    for price in range(1, 6):
        published(hq, tmp_path, f"{price}.00")
    assert price_in(hq, reverted(hq, Version(1, 1)), tmp_path) == 100


def test_a_version_of_another_program_s_form_is_not_gone_back_to(hq: Hq, tmp_path: Path) -> None:
    first = published(hq, tmp_path, "99.00")
    published(hq, tmp_path, "98.00")
    packed = hq.dir / "feeds" / first.url.rpartition("/")[2]
    old = tmp_path / "old.db"
    with packed.open("rb") as file:
        unpack(file, old, hash_hex=first.sha256)
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("UPDATE meta SET value = '1' WHERE key = 'schema'")
        connection.commit()
    size, digest = pack(old, packed)
    head = encode_head(sign_head(hq.keys.signing, msgspec.structs.replace(first, size=size, sha256=digest)))
    with hq.engine.begin() as connection:
        connection.execute(update(feed_version).where(feed_version.c.n == 1).values(head=head))
    with pytest.raises(InputError, match="can't be gone back to"):
        reverted(hq, Version(1, 1))
    assert list((hq.dir / "feeds").glob(".1-3*")) == []


def test_a_revert_is_a_new_version_with_the_old_content_and_a_delta_leads_there(hq: Hq, tmp_path: Path) -> None:
    first = published(hq, tmp_path, "129.95")
    published(hq, tmp_path, "1.29")
    with hq.engine.begin() as connection:
        rings.pause(connection, "all", True)
    third = reverted(hq)
    assert (third.n, price_in(hq, third, tmp_path), price_in(hq, first, tmp_path)) == (3, 12995, 12995)
    assert told(hq)[ALL].n == 3
    assert [step.n for step in told(hq)[ALL].deltas or ()] == [2, 3]
    with hq.engine.connect() as connection:
        assert publish(connection, hq.dir, hq.keys.signing, now=1) is None, "what was imported did not change"
    assert price_in(hq, reverted(hq, Version(1, 2)), tmp_path) == 129
    with pytest.raises(InputError, match=r"1\.9 is not kept.* 1\.3"):
        reverted(hq, Version(1, 9))


def test_a_box_comes_to_each_version_by_what_hq_serves(hq: Hq, tmp_path: Path) -> None:
    shelf, web = Shelf(tmp_path / "shelf"), client(hq)
    for n, price in enumerate(("129.95", "119.95", "109.95", "99.95"), 1):
        head = published(hq, tmp_path, price)
        if n == 1:
            unpack_to(got(web, head.url), tmp_path / "whole", head.sha256)
            shelf.turn(Version(1, 1), tmp_path / "whole")
    steps = decode_deltas(web.get("/feeds/catalogue?since=1-1").data)
    assert [(step.since, step.version) for step in steps] == [((1, n), (1, n + 1)) for n in (1, 2, 3)]
    assert decode_deltas(web.get("/feeds/catalogue?since=2&until=3").data) == steps[1:2]
    for step in steps:
        verify_delta(hq.keys.verify, step)
        unpack_to(got(web, step.url), tmp_path / "step", step.sha256)
        shelf.advance(Version(*step.version), tmp_path / "step")
    variant = shelf.current().by_sku("TB-42")
    assert variant and variant.price.amount == 9995
    for path, status in (("since=x", 400), ("since=1-1-1", 400), ("since=99999999999", 400)):
        assert web.get(f"/feeds/catalogue?{path}").status_code == status
    assert decode_deltas(web.get("/feeds/catalogue?since=7-1").data) == ()
    with hq.reading() as connection:
        assert steps_between(connection, Version(1, 4), Version(1, 4)) == []


def unpack_to(packed: bytes, target: Path, sha256: str) -> None:
    from io import BytesIO

    unpack(BytesIO(packed), target, hash_hex=sha256)


def got(web: Any, url: str) -> bytes:
    with web.get(url) as answer:
        content: bytes = answer.data
    return content


def client(hq: Hq) -> Any:
    app = Flask(__name__)
    app.extensions["hq"] = hq
    app.register_blueprint(blueprint)
    return app.test_client()


def test_a_program_that_writes_another_form_publishes_though_no_row_changed(
    hq: Hq, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(hq, tmp_path, "129.95")
    monkeypatch.setattr("hq.feeds.sources.SCHEMA", 1_000)
    with hq.engine.connect() as connection:
        head = publish(connection, hq.dir, hq.keys.signing, now=hq.clock())
    assert head and head.n == 2


STOCK = "sku,store,quantity,as_of\n"


def counted(hq: Hq, folder: Path, *rows: str) -> None:
    with hq.engine.connect() as connection:
        import_file(connection, files.write(folder, "stock.csv", STOCK + "".join(f"{row}\n" for row in rows)))


def test_stock_is_told_without_a_version_of_the_catalogue_and_seen_at_hq_at_once(hq: Hq, tmp_path: Path) -> None:
    published(hq, tmp_path, "129.95")
    counted(hq, tmp_path, "TB-42,web,5,2026-11-02T10:00:00Z", "WS-1,web,2,2026-11-02T10:00:00Z")
    tell(hq)
    head = told(hq)[topics.feed("stock")]
    verify_head(hq.keys.verify, head)
    (delta,) = head.deltas or ()
    verify_delta(hq.keys.verify, delta)
    assert isinstance(delta.data, bytes)
    assert {(sku, quantity) for sku, _, quantity, *_ in unpack_stock(delta.data)} == {("TB-42", 5), ("WS-1", 2)}
    assert told(hq)[ALL].n == 1
    catalogue = hq.catalogue()
    assert catalogue and [count.quantity for count in catalogue.stock("TB-42")] == [5]
    with hq.engine.connect() as connection:
        assert publish(connection, hq.dir, hq.keys.signing, now=hq.clock()) is None


def test_who_asks_is_told_all_it_lacks_and_no_more(hq: Hq, tmp_path: Path) -> None:
    web = client(hq)
    for n, row in enumerate(("TB-42,web,5,2026-11-02", "TB-42,web,4,2026-11-03", "WS-1,web,2,2026-11-02"), 1):
        counted(hq, tmp_path, row)
        tell(hq)
        tell(hq)
        with hq.reading() as connection:
            assert stock.newest(connection) == Version(1, n)
    with hq.engine.begin() as connection:
        connection.execute(delete(article).where(article.c.id == "TB-42@web"))
    tell(hq)
    for since, wanted in (("1-0", {("TB-42", None), ("WS-1", 2)}), ("1-3", {("TB-42", None)}), ("9-3", 2)):
        answer = web.get(f"/feeds/stock?since={since}")
        delta = decode_delta(answer.headers["Tote-Delta"].encode())
        verify_delta(hq.keys.verify, delta)
        assert (delta.version, delta.size) == ((1, 4), len(answer.data))
        found = {(sku, quantity) for sku, _, quantity, *_ in unpack_stock(answer.data)}
        assert found == wanted or len(found) == wanted


def test_hqs_own_publishing_says_in_the_log_and_on_the_page_that_it_undid_a_revert(
    hq: Hq, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    published(hq, tmp_path, "129.95")
    published(hq, tmp_path, "99.95")
    reverted(hq)
    with hq.engine.connect() as connection:
        import_file(connection, files.write(tmp_path, "more.csv", "sku,price,title_en\nNEW,5,Gaiter\n"))
    with hq.engine.begin() as connection:
        want(connection, 0)
    assert publish_wanted(hq)
    assert "version 1.4: what the revert of 1.2 took back is published again" in caplog.text
    published(hq, tmp_path, "89.95")
    text = create_app(hq).test_client().get("/catalogue").text
    assert text.count("what the revert of 1.2 took back is published again") == 1


def test_nobody_is_told_of_a_version_in_a_pause_over_http_either(hq: Hq, tmp_path: Path) -> None:
    published(hq, tmp_path, "129.95")
    web = client(hq)
    assert web.get("/feeds/catalogue/head.json").status_code == 200
    with hq.engine.begin() as connection:
        rings.pause(connection, "all", True)
    assert web.get("/feeds/catalogue/head.json").status_code == 404
    with hq.engine.begin() as connection:
        rings.pause(connection, "all", False)
    assert web.get("/feeds/catalogue/head.json").status_code == 200


def test_a_version_that_comes_back_damaged_from_the_disk_is_told_to_nobody(
    hq: Hq, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(hq, tmp_path, "129.95")

    def damaging(file: Path, **parts: Any) -> None:
        build(file, **parts)
        with sqlite3.connect(file) as connection:
            ((page,),) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'review_product'")
            ((size,),) = connection.execute("PRAGMA page_size")
        with file.open("rb+") as octets:
            octets.seek((page - 1) * size)
            octets.write(b"\xff" * 8)

    monkeypatch.setattr(sys.modules[Publisher.__module__], "build", damaging)
    with pytest.raises(DamagedVersionError, match=r"Version 1-2 came back damaged.*publish again"):
        published(hq, tmp_path, "99.95")
    assert told(hq)[ALL].n == 1
    assert sorted(path.name for path in hq.feeds.glob("*.zst")) == ["1-1.db.zst"]
    monkeypatch.undo()
    with publisher(hq) as connection:
        head = publish(connection, hq.dir, hq.keys.signing, now=hq.clock())
    assert head is not None and head.n == 2


def test_what_a_thousand_boxes_ask_for_is_packed_once(hq: Hq, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = list[int]()

    def counting(counts: Iterable[Told]) -> bytes:
        packed.append(1)
        return pack_stock(counts)

    counted(hq, tmp_path, "TB-42,web,5,2026-11-02")
    tell(hq)
    monkeypatch.setattr(stock, "pack_stock", counting)
    web = client(hq)
    answers = {web.get("/feeds/stock?since=1-0").data for _ in range(20)}
    assert (len(answers), len(packed)) == (1, 1)
    web.get("/feeds/stock?since=1-1")
    assert len(packed) == 2
    counted(hq, tmp_path, "TB-42,web,4,2026-11-03")
    tell(hq)
    packed.clear()
    fresh = web.get("/feeds/stock?since=1-0")
    assert [quantity for _, _, quantity, *_ in unpack_stock(fresh.data)] == [4]
    assert decode_delta(fresh.headers["Tote-Delta"].encode()).version == (1, 2)
    assert len(packed) == 1


def test_hq_names_who_is_behind_and_what_a_store_did_not_take(hq: Hq, tmp_path: Path) -> None:
    in_ring(hq, "tallinn", "canary")
    for price in ("129.95", "119.95", "109.95"):
        published(hq, tmp_path, price)
    published(hq, tmp_path, "99.95", ring="canary")
    with hq.engine.begin() as connection:
        for store in ("tallinn", "tartu"):
            stores.register(connection, store)
            row = {"store": store, "feed": "catalogue", "epoch": 1, "n": 2, "since": 5}
            connection.execute(feed_position.insert().values(row))
    states = overview(hq)
    assert (states["tallinn"].ring, states["tallinn"].wanted, states["tallinn"].behind) == ("canary", "1.4", 2)
    assert (states["tartu"].ring, states["tartu"].wanted, states["tartu"].behind) == ("all", "1.3", 1)
    assert states["tartu"].lag == 60_000
    with hq.engine.begin() as connection:
        rings.pause(connection, "all", True)
        connection.execute(update(feed_position).where(feed_position.c.store == "tallinn").values(n=4))
    states = overview(hq)
    assert (states["tallinn"].behind, states["tartu"].behind, states["tartu"].lag) == (0, 1, 0)


def overview(hq: Hq) -> dict[str, stores.StoreState]:
    with hq.reading() as connection:
        told = rings.ring(connection, "all")
        assert told
        return {state.store: state for state in stores.overview(connection, told.since + 60_000)}


def test_a_pause_stops_the_canaries_too_and_resuming_tells_each_ring_of_its_newest(hq: Hq, tmp_path: Path) -> None:
    in_ring(hq, "tallinn", "canary")
    published(hq, tmp_path, "129.95")
    published(hq, tmp_path, "119.95", ring="canary")
    paused(hq, "all")
    assert told(hq) == {}
    published(hq, tmp_path, "109.95", ring="canary")
    assert told(hq) == {}
    with pytest.raises(InputError, match="Everybody is paused"):
        paused(hq, "canary", False)
    paused(hq, "all", False)
    assert {topic: head.n for topic, head in told(hq).items()} == {ALL: 1, CANARY: 3}


def test_canaries_without_a_version_of_their_own_are_paused_with_everybody(hq: Hq, tmp_path: Path) -> None:
    in_ring(hq, "tallinn", "canary")
    published(hq, tmp_path, "129.95")
    paused(hq, "all")
    assert told(hq) == {}


def test_a_pause_of_the_canaries_stops_them_alone_and_a_revert_ends_it(hq: Hq, tmp_path: Path) -> None:
    in_ring(hq, "tallinn", "canary")
    published(hq, tmp_path, "129.95")
    published(hq, tmp_path, "119.95", ring="canary")
    paused(hq, "canary")
    assert told(hq).keys() == {ALL}
    reverted(hq)
    assert {topic: head.n for topic, head in told(hq).items()} == {ALL: 3, CANARY: 3}


def test_the_first_version_after_a_revert_and_one_in_a_pause_are_remarked_on(hq: Hq, tmp_path: Path) -> None:
    published(hq, tmp_path, "129.95")
    published(hq, tmp_path, "1.29")
    third = reverted(hq)
    assert remarked(hq, third) == []
    fourth = published(hq, tmp_path, "1.39")
    (undone,) = remarked(hq, fourth)
    assert undone.startswith("what the revert of 1.2 took back is published again")
    paused(hq, "all")
    (waits,) = remarked(hq, published(hq, tmp_path, "1.49"))
    assert waits.startswith("roll-outs are paused, nobody is told")


def paused(hq: Hq, ring: str, whether: bool = True) -> None:
    with hq.engine.begin() as connection:
        rings.pause(connection, ring, whether)


def remarked(hq: Hq, head: FeedHead) -> list[str]:
    with hq.reading() as connection:
        return remarks(connection, Version(head.epoch, head.n))
