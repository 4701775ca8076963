"""A product whose first row is refused: its other variants are sold all the same, under the title that row gave."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from hq.importers import CatalogueReport, import_file
from hq.service import open_hq
from hq.store.tables import article
from tests.hq.importers import files

SHOPIFY = """\
Handle,Title,Vendor,Body (HTML),Option1 Name,Option1 Value,Variant SKU,Variant Price
hat,Rain hat,Aurora,<p>Dry.</p>,Size,M,HAT-M,-5.00
hat,,,,,L,HAT-L,19.00
"""
PICTURE_FIRST = """\
Handle,Title,Vendor,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src
hat,Rain hat,Aurora,Size,,,,https://shop.example.com/hat.jpg
hat,,,,L,HAT-L,19.00,
"""
OWN = """\
product_id,sku,brand,size,price,title_en
hat,HAT-M,Aurora,M,free,Rain hat
hat,HAT-L,,L,19.00,
"""
OWN_WITHOUT_SKU = OWN.replace("HAT-M", "")
VENDURE = """\
name,slug,description,assets,facets,optionGroups,optionValues,sku,price,taxCategory,stockOnHand,trackInventory
Rain hat,hat,Dry.,,brand:Aurora,size,M,HAT-M,-5.00,standard,1,false
,,,,,,L,HAT-L,19.00,standard,1,false
"""
BIGCOMMERCE = """\
Item,ID,Name,Type,SKU,Options,Price,Brand Name
Product,7,Rain hat,physical,HAT,,-5.00,Aurora
Variant,8,,,HAT-L,"Type=Rectangle|Name=Size|Value=L",19.00,
"""
SPREE = """\
sku,name,slug,status,description,price,currency,option1_name,option1_value,brand_name
HAT-M,Rain hat,hat,active,Dry.,-5.00,EUR,,,Aurora
HAT-L,,hat,,,19.00,EUR,Size,L,
"""
SYLIUS = """\
code,parent_code,locale,name,price,main_taxon
hat,,en_US,Rain hat,-5.00,hats
HAT-L,hat,en_US,,19.00,
"""


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    hq = open_hq(tmp_path / "hq")
    with hq.engine.connect() as opened:
        yield opened
    hq.close()


def taken(connection: Connection, folder: Path, text: str) -> CatalogueReport:
    return import_file(connection, files.write(folder, "articles.csv", text))


def sold(connection: Connection) -> dict[str, str]:
    """Title by SKU; "" where the variant's product is not there."""
    rows = [(row.kind, row.id, row.parent, row.doc) for row in connection.execute(select(article))]
    connection.rollback()
    titles = {id_: doc for kind, id_, _, doc in rows if kind == "product"}
    return {id_: titles.get(parent, "") for kind, id_, parent, _ in rows if kind == "variant"}


@pytest.mark.parametrize(
    "text",
    [SHOPIFY, PICTURE_FIRST, OWN, OWN_WITHOUT_SKU, VENDURE, BIGCOMMERCE, SPREE, SYLIUS],
    ids=lambda text: text[:12],
)
def test_every_accepted_variant_has_a_product_with_a_title_though_its_first_row_was_rejected(
    connection: Connection, tmp_path: Path, text: str
) -> None:
    report = taken(connection, tmp_path, text)
    assert (report.rows, report.accepted, report.rejected) == (2, 1, 1), report.problems
    variants = sold(connection)
    assert variants.keys() == {"HAT-L"}
    assert "Rain hat" in variants["HAT-L"]
    if "Aurora" in text:
        assert "Aurora" in variants["HAT-L"]


@pytest.mark.parametrize("text", [SHOPIFY, OWN], ids=["shopify", "own"])
def test_a_variant_whose_product_is_called_nothing_is_rejected(
    connection: Connection, tmp_path: Path, text: str
) -> None:
    report = taken(connection, tmp_path, text.replace("Rain hat", ""))
    assert (report.accepted, report.rejected) == (0, 2)
    assert report.problems[1].field == "title"
    assert sold(connection) == {}


def test_a_product_of_which_no_variant_is_taken_is_not_there(connection: Connection, tmp_path: Path) -> None:
    assert taken(connection, tmp_path, SHOPIFY.replace("19.00", "dear")).rejected == 2
    assert sold(connection) == {}
    assert connection.execute(select(article)).all() == []
