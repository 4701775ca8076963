"""From imported files to a version that a box turns to."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from edge.catalogue import Shelf, Version, unpack
from hq.feeds import latest_head, publish
from hq.feeds.web import blueprint
from hq.importers import import_file
from hq.service import Hq, open_hq
from hq.store.tables import feed_version
from sync.codec import BadSignature, FeedHead, decode_head, new_signing_pair, verify_head
from tests.hq.importers import files

NOW = 1_790_000_000_000


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Hq]:
    opened = open_hq(tmp_path / "hq")
    yield opened
    opened.close()


def stocked(hq: Hq, folder: Path, text: str = files.ARTICLES) -> FeedHead | None:
    with hq.engine.connect() as connection:
        import_file(connection, files.articles(folder, text), pictures=hq.pictures)
        return publish(connection, hq.dir, hq.keys.signing, now=NOW)


def test_a_box_turns_to_what_was_imported(hq: Hq, tmp_path: Path) -> None:
    head = stocked(hq, tmp_path)
    assert head is not None
    verify_head(hq.keys.verify, head)
    file = hq.feeds / "1-1.db.zst"
    assert (head.feed, head.epoch, head.n, head.url) == ("catalogue", 1, 1, "/feeds/catalogue/1-1.db.zst")
    assert (head.size, head.sha256) == (file.stat().st_size, sha256(file.read_bytes()).hexdigest())
    with file.open("rb") as packed:
        unpack(packed, tmp_path / "arrived", hash_hex=head.sha256)
    catalogue = Shelf(tmp_path / "shelf").turn(Version(1, 1), tmp_path / "arrived")
    assert catalogue.languages == ("en", "de")
    assert [hit.sku for hit in catalogue.find("stiefel 43", "de")][:1] == ["TB-43"]
    assert (hq.pictures / catalogue.pictures()[0]).is_file()


def test_a_change_is_a_new_version_and_no_change_is_none(hq: Hq, tmp_path: Path) -> None:
    assert stocked(hq, tmp_path) is not None
    assert stocked(hq, tmp_path) is None
    second = stocked(hq, tmp_path, files.ARTICLES.replace("129.95", "119.95"))
    assert second is not None
    assert second.n == 2
    with hq.engine.connect() as connection:
        forced = publish(connection, hq.dir, hq.keys.signing, now=NOW, force=True)
        assert forced is not None
        assert latest_head(connection) == forced
    assert forced.n == 3


def test_hq_itself_asks_the_version_it_published(hq: Hq, tmp_path: Path) -> None:
    stocked(hq, tmp_path)
    catalogue = hq.catalogue()
    assert catalogue is not None
    assert catalogue.by_gtin("04006381333931") is not None


def test_an_empty_hq_publishes_nothing(hq: Hq) -> None:
    with hq.engine.connect() as connection:
        assert publish(connection, hq.dir, hq.keys.signing, now=NOW) is None
        assert latest_head(connection) is None


def test_a_product_without_variants_is_not_shown(hq: Hq, tmp_path: Path) -> None:
    stocked(hq, tmp_path)
    with hq.engine.connect() as connection:
        import_file(connection, files.write(tmp_path, "a.csv", "sku,price,title_en\nWS-1,5,Sock\n"), replace=True)
        import_file(connection, files.articles(tmp_path, files.ARTICLES.replace("sock,WS-1", "sock,WS-2")))
        publish(connection, hq.dir, hq.keys.signing, now=NOW)
    catalogue = hq.catalogue()
    assert catalogue is not None
    assert {product.id for product in catalogue.products()} == {"boot", "sock", "WS-1"}


def test_only_the_newest_files_are_kept_and_left_overs_go(hq: Hq, tmp_path: Path) -> None:
    stocked(hq, tmp_path)
    (hq.feeds / ".1-99.db.new").write_text("left by a publisher that was killed")
    with hq.engine.connect() as connection:
        for _ in range(11):
            publish(connection, hq.dir, hq.keys.signing, now=NOW, force=True)
        assert len(list(connection.execute(select(feed_version)))) == 12
    assert sorted(path.name for path in hq.feeds.glob("*.db*")) == [f"1-{n}.db.zst" for n in (10, 11, 12, 8, 9)]
    assert not list(hq.feeds.glob(".*.new"))


def test_another_hqs_key_does_not_verify(hq: Hq, tmp_path: Path) -> None:
    head = stocked(hq, tmp_path)
    assert head is not None
    with pytest.raises(BadSignature):
        verify_head(new_signing_pair()[1], head)


def test_the_feed_is_served_whole_and_in_ranges(hq: Hq, tmp_path: Path) -> None:
    app = Flask(__name__)
    app.extensions["hq"] = hq
    app.register_blueprint(blueprint)
    client = app.test_client()

    def get(path: str, **headers: str) -> tuple[int, bytes]:
        with client.get(path, headers=headers) as answer:
            return answer.status_code, answer.data

    assert get("/feeds/catalogue/head.json")[0] == 404
    head = stocked(hq, tmp_path)
    assert head is not None
    assert decode_head(get("/feeds/catalogue/head.json")[1]) == head
    status, whole = get(head.url)
    assert (status, sha256(whole).hexdigest()) == (200, head.sha256)
    assert get(head.url, Range="bytes=100-") == (206, whole[100:])
    (picture,) = hq.pictures.iterdir()
    assert get(f"/pictures/{picture.name}") == (200, picture.read_bytes())
    for path in ("/feeds/catalogue/../hq.db", "/feeds/catalogue/.publishing", "/pictures/x.svg", "/pictures/../hq.db"):
        assert get(path)[0] == 404
