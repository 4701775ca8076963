"""Formats that nest: feeds, dumps, APIs, data sheets and web pages, each pinned by a small file of its kind."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from edge.domain.article import Product, Stock, Variant, ZonePrice
from edge.domain.money import Money
from hq.importers import recognise
from hq.importers.articles import Articles
from tests.hq.importers import files
from tests.hq.importers.platforms.test_shops import eur
from tests.hq.importers.test_importing import Take, held, remarks

USD = "USD"


def test_commercetools_rows_carry_prices_of_countries_channels_and_groups(take: Take, connection: Connection) -> None:
    report = take(
        "productType,variantId,sku,prices,categories,images,name.en,description.en,name.de,size,color,designer,ean\n"
        "main,1,A-1,EUR 1250;US-USD 1300;EUR 900 b2b;DE-EUR 1000;DE-EUR 1100#berlin;nonsense,Men>Shoes;Sale,"
        "https://x.example/1.jpg,Loafer,Soft,Slipper,40,brown,aurora,4006381333931\n"
        ",2,,DE-EUR 1000|800,,,,,,41,brown,,\n"
    )
    assert (report.format, report.accepted, report.warned) == ("commercetools-csv", 2, 1)
    assert remarks(report) == [(2, "prices")]
    first = held(connection, Variant, "A-1")
    assert (first.price, first.size, first.colour, first.gtin) == (eur(1250), "40", "brown", "04006381333931")
    assert first.zones == {
        "us": ZonePrice(price=Money(amount=1300, currency=USD)),
        "de": ZonePrice(price=eur(1000)),
        "berlin": ZonePrice(price=eur(1100)),
    }
    product = held(connection, Product, first.product_id)
    assert (product.title, product.category, product.brand) == (
        {"en": "Loafer", "de": "Slipper"},
        "Men > Shoes",
        "aurora",
    )
    (second,) = [one for one in Articles(connection).variants(first.product_id) if one.sku != "A-1"]
    assert (second.price, second.was, second.position) == (eur(800), eur(1000), 2)


def test_commercetools_products_of_its_api_have_their_variants_inside(take: Take, connection: Connection) -> None:
    variant = {
        "id": 1, "sku": "B-1", "prices": [{"value": {"centAmount": 500, "currencyCode": "EUR"}}],
        "attributes": [{"name": "color", "value": {"key": "r", "label": {"en": "Red"}}}, {"name": "gtin", "value": "96385074"}],
    }  # fmt: skip
    current = {
        "name": {"en": "Bag", "et": "Kott"},
        "masterVariant": variant,
        "variants": [{"id": 2, "sku": "B-2", "prices": []}],
    }
    report = take(json.dumps({"results": [{"id": "p1", "masterData": {"current": current}}]}))
    assert (report.format, report.rows, report.accepted, report.warned) == ("commercetools-json", 1, 1, 1)
    assert remarks(report) == [(1, "price")]
    assert held(connection, Variant, "B-1").colour == "Red"
    assert held(connection, Product, "p1").title == {"en": "Bag", "et": "Kott"}


def saleor() -> list[dict[str, Any]]:
    def row(model: str, pk: int, **fields: Any) -> dict[str, Any]:
        return {"model": model, "pk": pk, "fields": fields}

    story = {"blocks": [
        {"type": "paragraph", "data": {"text": "Launch <b>fast</b>"}},
        {"type": "list", "data": {"items": ["one", {"content": "two"}]}},
    ]}  # fmt: skip
    return [
        row("menu.menu", 1, name="Menu"),
        row("channel.channel", 1, slug="us", currency_code="USD"),
        row("channel.channel", 2, slug="eu", currency_code="EUR"),
        row("product.category", 1, name="Clothes", parent=None),
        row("product.category", 2, name="Tees", parent=1),
        row("product.product", 5, name="Tee", category=2, description=story),
        row("attribute.attribute", 1, name="Size"),
        row("attribute.attributevalue", 1, name="M", attribute=1),
        row("product.productvariant", 8, product=5, sku="", name="M"),
        row("attribute.assignedvariantattribute", 3, variant=8),
        row("attribute.assignedvariantattributevalue", 4, value=1, assignment=3),
        row("product.productvariantchannellisting", 1, variant=8, channel=1, currency="USD", price_amount="40.000"),
        row("product.productvariantchannellisting", 2, variant=8, channel=2, currency="EUR", price_amount="36.000",
            discounted_price_amount="30.000"),
        row("warehouse.stock", 1, product_variant=8, quantity=3),
        row("warehouse.stock", 2, product_variant=8, quantity=4),
        row("product.productvariant", 9, product=6, sku="LOST", name="L"),
    ]  # fmt: skip


def test_saleor_tables_are_joined_to_a_row_per_variant(take: Take, connection: Connection) -> None:
    report = take(json.dumps(saleor()))
    assert (report.format, report.rows, report.accepted, report.rejected) == ("saleor-json", 2, 1, 1)
    assert remarks(report) == [(16, "product")]
    tee, variant = held(connection, Product, "5"), held(connection, Variant, "variant-8")
    assert (tee.story, tee.category) == ({"en": "Launch fast\n\n- one\n- two"}, "Clothes > Tees")
    assert (variant.size, variant.price, variant.was) == ("M", eur(3000), eur(3600))
    assert variant.zones == {"us": ZonePrice(price=Money(amount=4000, currency=USD))}
    assert held(connection, Stock, "variant-8@web").quantity == 7


def test_saleor_csv_names_channels_in_its_columns(take: Take, connection: Connection) -> None:
    report = take(
        "id,name,description,category,variant sku,size (variant attribute),brand (product attribute),"
        "eu (channel currency code),eu (channel price amount),us (channel currency code),us (channel price amount),"
        "main (warehouse quantity),odd (warehouse quantity),endless (warehouse quantity)\n"
        'UHJvZHVjdDox,Tee,"{""blocks"": [{""type"": ""paragraph"", ""data"": {""text"": ""Soft""}}]}",Tees,T-M,M,Aurora,'
        f"EUR,20.0,USD,25.0,4,\N{SUPERSCRIPT TWO},{'9' * 5_000}\n"
    )
    assert (report.format, report.accepted, report.problems) == ("saleor-csv", 1, [])
    product, variant = held(connection, Product, "UHJvZHVjdDox"), held(connection, Variant, "T-M")
    assert (product.story, product.brand, variant.size, variant.price) == ({"en": "Soft"}, "Aurora", "M", eur(2000))
    assert variant.zones == {"us": ZonePrice(price=Money(amount=2500, currency=USD))}
    assert held(connection, Stock, "T-M@web").quantity == 4


def test_medusa_counts_minor_units_only_in_its_first_version(take: Take, connection: Connection) -> None:
    variant = {"title": "S", "prices": [{"currency_code": "usd", "amount": 2200}, {"currency_code": "eur", "amount": 1950}],
               "options": [{"value": "S"}], "inventory_quantity": 5}  # fmt: skip
    product = {
        "title": "Tee",
        "handle": "tee",
        "options": [{"title": "Size"}],
        "variants": [variant, {"title": "M", "prices": []}],
    }
    report = take(json.dumps({"store": {"currencies": ["eur"]}, "products": [product]}))
    assert (report.format, report.rows, report.accepted, report.warned) == ("medusa-json", 1, 1, 1)
    first = held(connection, Variant, "tee-S")
    assert (first.price, first.size) == (eur(1950), "S")
    assert first.zones == {"usd": ZonePrice(price=Money(amount=2200, currency=USD))}
    second = {
        "title": "M",
        "sku": "M-1",
        "barcode": "96385074",
        "prices": [{"currency_code": "eur", "amount": 10}],
        "options": {"Size": "M"},
    }
    take(
        json.dumps(
            {"products": [{"title": "Cap", "handle": "cap", "variants": [second], "options": [{"title": "Size"}]}]}
        )
    )
    assert (held(connection, Variant, "M-1").price, held(connection, Variant, "M-1").size) == (eur(1000), "M")


def test_medusa_csv_has_a_column_per_currency_and_region(take: Take, connection: Connection) -> None:
    report = take(
        "Product Id,Product Handle,Product Title,Product Status,Variant Title,Variant SKU,Variant Barcode,"
        "Variant Inventory Quantity,Option 1 Name,Option 1 Value,Price EUR,Price North America [USD]\n"
        "p,tee,Tee,published,S,T-S,,4,Size,S,10,12.50\np,tee,Tee,draft,M,T-M,,4,Size,M,10,\n"
    )
    assert (report.format, report.accepted, report.warned) == ("medusa-csv", 2, 1)
    assert held(connection, Variant, "T-S").zones == {
        "north america": ZonePrice(price=Money(amount=1250, currency=USD))
    }


PAGE = """<!doctype html><html><head>
<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
 {"@type": "BreadcrumbList", "itemListElement": []},
 {"@type": "ProductGroup", "productGroupID": "coat", "name": "Coat", "description": "<p>Warm</p>", "brand": {"name": "Aurora"},
  "hasVariant": [
   {"@type": "Product", "sku": "C-S", "size": "S", "gtin13": "4006381333931",
    "offers": {"@type": "Offer", "price": 120, "priceCurrency": "EUR", "availability": "https://schema.org/InStock"}},
   {"@type": "Product", "sku": "C-M", "size": "M", "offers": [{"@type": "Offer", "priceCurrency": "EUR"},
     {"@type": "Offer", "price": "119.50", "priceCurrency": "EUR", "availability": "OutOfStock"}]}]}]}</script>
<script type="application/ld+json">{not json}</script>
<script type="text/javascript">var a = {"@type": "Product"}</script></head></html>"""


def test_a_page_is_read_by_its_json_ld(take: Take, connection: Connection) -> None:
    report = take(PAGE, "page.html")
    assert (report.format, report.rows, report.accepted, report.rejected) == ("schema-org-jsonld", 3, 1, 2)
    assert remarks(report) == [(1, "@type"), (3, "script")]
    small, medium = held(connection, Variant, "C-S"), held(connection, Variant, "C-M")
    assert (small.price, small.gtin, medium.price) == (eur(12000), "04006381333931", eur(11950))
    assert [held(connection, Stock, f"{sku}@web").quantity for sku in ("C-S", "C-M")] == [1, 0]
    product = {
        "@context": "https://schema.org/",
        "@type": "Product",
        "name": "Mug",
        "sku": "M",
        "offers": {"price": "5", "priceCurrency": "USD"},
    }
    report = take(json.dumps(product))
    assert (report.format, report.accepted) == ("schema-org-jsonld", 1)
    assert held(connection, Variant, "M").price == Money(amount=500, currency=USD)


def test_open_food_facts_has_no_prices_and_keeps_those_that_are_known(take: Take, connection: Connection) -> None:
    lines = [
        {"code": "3017620422003", "product_name": "Spread", "product_name_de": "Creme", "lang": "fr", "brands": "Nutty,Big",
         "categories": "Spreads, Sweet spreads", "nutriments": {}, "ingredients_text": "a" * 400},
        {"code": "123", "product_name": "", "generic_name": "", "nutriments": {}},
        {"code": "12345670", "generic_name": "Crisps", "nutriments": {}},
    ]  # fmt: skip
    packed = gzip.compress("\n".join(map(json.dumps, lines)).encode())
    report = take(packed, "openfoodfacts.jsonl.gz")
    assert (report.format, report.accepted, report.warned, report.rejected) == ("open-food-facts-json", 2, 2, 1)
    assert remarks(report) == [(1, "price"), (2, "title"), (3, "price")]
    spread, variant = held(connection, Product, "3017620422003"), held(connection, Variant, "3017620422003")
    assert (spread.brand, spread.category) == ("Nutty", "Spreads > Sweet spreads")
    assert (variant.gtin, variant.price) == ("03017620422003", eur(0))
    assert len(spread.facts["Ingredients"]) == 200
    take("sku,price\n3017620422003,4.99\n")
    again = take(packed, "openfoodfacts.jsonl.gz")
    assert remarks(again) == [(2, "title"), (3, "price")]
    assert held(connection, Variant, "3017620422003").price == eur(499)


def test_icecat_products_keep_their_id_and_every_right_number(take: Take, connection: Connection) -> None:
    sheet = {
        "id": "42", "name": "LC51/C", "title": "Ink cyan", "supplier": "Aurora", "price": 1795,
        "ean": ["4006381333932", "4006381333931", "04006381333931", "96385074"],
        "short_description": "<b>Cyan</b><br>ink", "attr_t_product_colour": "Cyan", "attr_b_colour": True,
        "attr_n_weight__kg": 1.5, "img_high": "http://x.example/1.jpg",
    }  # fmt: skip
    report = take(json.dumps([sheet, {**sheet, "id": "43", "price": None, "ean": ["12"]}]))
    assert (report.format, report.accepted, report.warned) == ("icecat-json", 2, 2)
    assert remarks(report) == [(1, "gtin"), (2, "price"), (2, "gtin")]
    product, variant = held(connection, Product, "42"), held(connection, Variant, "42")
    assert variant.more_gtins == ("00000096385074",)
    assert (variant.gtin, variant.price, variant.colour) == ("04006381333931", eur(1795), "Cyan")
    assert product.story == {"en": "Cyan\nink"}
    assert product.keywords == "LC51/C"
    assert product.facts["Weight"] == "1.5"


def test_dummyjson_keeps_articles_whose_barcode_is_wrong(take: Take, connection: Connection) -> None:
    one = {"id": 1, "title": "Mascara", "price": 9.99, "discountPercentage": 10.5, "stock": 5, "sku": "M-1",
           "meta": {"barcode": "4006381333932"}, "tags": ["beauty"], "category": "womens-bags"}  # fmt: skip
    report = take(json.dumps({"products": [one], "total": 1}))
    assert (report.format, report.accepted, report.warned) == ("dummyjson", 1, 1)
    assert held(connection, Variant, "M-1").price == eur(999)
    assert held(connection, Product, "1").category == "Womens bags"


def test_the_retail_demo_has_neither_sku_nor_gtin(take: Take, connection: Connection) -> None:
    report = take(
        "- id: 6579c22f\n  current_stock: 15\n  name: Pack\n  category: bags\n  style: day\n  description: Light\n    one.\n"
        "  price: 129.99\n- id: x\n  name: null\n  price: 5\n  category: bags\n  style: day\n"
    )
    assert (report.format, report.accepted, report.rejected) == ("retail-demo-yaml", 1, 1)
    assert remarks(report) == [(2, "title")]
    assert held(connection, Variant, "6579c22f").price == eur(12999)
    assert held(connection, Product, "6579c22f").story == {"en": "Light one."}


TSV = (
    "id\ttitle\tdescription\tlink\timage link\tavailability\tprice\tsale price\tsale price effective date\tgtin\titem group id\tsize\n"
    "A\tBoot\tDry\thttps://x.example/a\thttps://x.example/a.jpg\tin stock\t20.00 EUR\t15.00 EUR\t"
    "2020-01-01T00:00Z/2020-02-01T00:00Z\t4006381333931\tboot\t42\n"
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (TSV, "google-merchant-tsv"),
        (TSV.replace("\t", ",").replace(" link", "_link"), "meta-catalogue-csv"),
        ("# Required | an id,,,,,,,,,,,\n" + TSV.replace("\t", ","), "meta-catalogue-csv"),
    ],
)
def test_merchant_tables_are_the_same_feed(take: Take, connection: Connection, text: str, name: str) -> None:
    report = take(text)
    assert (report.format, report.accepted, report.problems) == (name, 1, [])
    variant = held(connection, Variant, "A")
    assert (variant.price, variant.was, variant.size, variant.product_id) == (eur(2000), None, "42", "boot")
    assert held(connection, Stock, "A@web").quantity == 1


def test_own_articles_may_be_objects(take: Take, connection: Connection) -> None:
    one = {"sku": "A", "product_id": "boot", "price": 129.95, "title": {"en": "Boot", "de": "Stiefel"}, "goes_with": ["sock", "tent"],
           "facts": {"Sole material": "Rubber"}, "gtin": ["1", "4006381333931"], "zones": {"north": {"price": 139.95, "was": 150}}}  # fmt: skip
    report = take(json.dumps(one) + "\n" + json.dumps({"sku": "B", "price": "5", "name": "Hat"}) + "\n")
    assert (report.format, report.accepted, remarks(report)) == ("tote-articles-json", 2, [(1, "gtin")])
    product, variant = held(connection, Product, "boot"), held(connection, Variant, "A")
    assert (product.title, product.facts) == ({"en": "Boot", "de": "Stiefel"}, {"Sole material": "Rubber"})
    assert product.goes_with == ("sock", "tent")
    assert (variant.price, variant.gtin) == (eur(12995), "04006381333931")
    assert variant.zones == {"north": ZonePrice(price=eur(13995), was=eur(15000))}


def test_own_csv_tells_facts_search_words_and_prices_of_zones(
    take: Take, connection: Connection, tmp_path: Path
) -> None:
    text = "sku,price,title_en,fact_sole_material,keywords,price@north,was@north\nA,5,Boot,Rubber,wellie,6,7\nB,5,Hat,,,x,\n"
    report = take(text)
    assert (report.format, report.accepted, remarks(report)) == ("tote-articles-csv", 1, [(3, "price@north")])
    assert held(connection, Product, "A").facts == {"Sole material": "Rubber"}
    assert held(connection, Product, "A").keywords == "wellie"
    assert held(connection, Variant, "A").zones == {"north": ZonePrice(price=eur(600), was=eur(700))}
    assert recognise(files.write(tmp_path, "x", text)) == "tote-articles-csv"
