"""The catalogue that HQ itself asks follows what was published, while readers keep what they hold."""

from pathlib import Path

import pytest

from edge.catalogue import CatalogueError
from hq.feeds import publish
from hq.importers import import_file
from hq.service import Hq

ARTICLES = "product_id,sku,price,currency,category,title_en\nboot,boot-42,{price},EUR,Shoes,Trail boot\n"


def publish_price(hq: Hq, tmp_path: Path, price: str) -> None:
    file = tmp_path / "articles.csv"
    file.write_text(ARTICLES.format(price=price))
    with hq.engine.connect() as connection:
        import_file(connection, file)
        publish(connection, hq.dir, hq.keys.signing, now=hq.clock())


def price_of(hq: Hq) -> int:
    catalogue = hq.catalogue()
    assert catalogue
    variant = catalogue.by_sku("boot-42")
    assert variant
    return variant.price.amount


def test_before_the_first_version_there_is_none(hq: Hq) -> None:
    assert hq.catalogue() is None


def test_a_new_version_is_seen_at_once_and_the_old_one_can_still_be_read(hq: Hq, tmp_path: Path) -> None:
    publish_price(hq, tmp_path, "129.95")
    assert hq.catalogue() is (old := hq.catalogue())
    assert price_of(hq) == 12995
    publish_price(hq, tmp_path, "99.95")
    assert price_of(hq) == 9995
    assert old and old.by_sku("boot-42")
    publish_price(hq, tmp_path, "89.95")
    assert price_of(hq) == 8995
    assert [file.name for file in (hq.dir / "opened").iterdir()] == ["1-3.db"]


def test_a_damaged_version_is_not_opened(hq: Hq, tmp_path: Path) -> None:
    publish_price(hq, tmp_path, "129.95")
    (file,) = hq.feeds.glob("*.zst")
    file.write_bytes(file.read_bytes()[:-5])
    with pytest.raises(CatalogueError):
        hq.catalogue()
    assert list((hq.dir / "opened").iterdir()) == []
