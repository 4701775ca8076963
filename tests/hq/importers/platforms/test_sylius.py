"""Sylius: the CSV of its plugin and what its API answers."""

import json
from typing import Any

from sqlalchemy import Connection

from edge.domain.article import Product, Stock, Variant, ZonePrice
from hq.feeds import languages_of
from tests.hq.importers.platforms.test_shops import eur
from tests.hq.importers.test_importing import Take, held, remarks

EXPORT = """\
Code,Locale,Name,Description,Short_description,Meta_description,Meta_keywords,Main_taxon,Taxons,Channels,Enabled,Price,\
Boot_brand,Boot_material,ean,Images_main
BOOT,en_US,Trail boot,<p>Dry.</p>,,,"warm, wide",hiking_boots,hiking_boots|sale,WEB,1,12995,Aurora,Leather,\
4006381333931;96385074,https://cdn.example.com/1.jpg
BOOT,de_DE,Wanderstiefel,Trocken.,,,,hiking_boots,,WEB,1,12995,Aurora,Leder,,
MUG,en_US,Mug,,Short,,,,,WEB,0,500,,,,
,en_US,Nothing,,,,,,,WEB,1,500,,,,
"""
WITH_VARIANTS = """\
Code,Parent_Code,Channels,Locale,Enabled,Name,Description,Short_description,Meta_description,Meta_keywords,Main_taxon,\
Taxons,Product_Option_color,Price,tax_category_code
TEE,,shop,en_US,1,Tee,,,,,shirts,shirts,red,1900,normal
TEE-B,TEE,shop,en_US,1,,,,,,,,blue,2100,normal
CAP-B,CAP,shop,en_US,1,,,,,,,,blue,2100,normal
"""


def iri(kind: str, code: str) -> str:
    return f"/api/v2/admin/{kind}/{code}"


def product(code: str, **more: Any) -> dict[str, Any]:
    said = {"name": "Mug", "slug": "mug", "description": "<b>Holds</b> tea", "metaKeywords": "cup"}
    return {
        "@id": iri("products", code), "code": code, "enabled": True, "mainTaxon": iri("taxons", "tea_mugs"),
        "variants": [iri("product-variants", f"{code}_BLUE")], "options": [iri("product-options", "COLOR")],
        "attributes": [
            {"attribute": iri("product-attributes", "MATERIAL"), "value": "Ceramika", "localeCode": "pl_PL"},
            {"attribute": iri("product-attributes", "MATERIAL"), "value": "Ceramic", "localeCode": "en_US"},
        ],
        "images": [{"type": "main", "path": "https://cdn.example.com/mug.jpg"}],
        "translations": {"en_US": said, "pl_PL": {"name": "Kubek", "slug": "kubek", "description": None}},
    } | more  # fmt: skip


def variant(code: str, of: str, **more: Any) -> dict[str, Any]:
    return {
        "@id": iri("product-variants", code), "code": code, "product": iri("products", of), "enabled": True,
        "optionValues": [iri("product-option-values", "COLOR_BLUE"), iri("product-option-values", "mug_size_x_large")],
        "channelPricings": {"WEB": {"price": 2000, "originalPrice": 3000}, "SHOPS": {"price": 2100, "originalPrice": None}},
        "tracked": True, "onHand": 10, "onHold": 2, "position": 4, "translations": {"en_US": {"name": "Blue mug"}},
    } | more  # fmt: skip


def hydra(*members: dict[str, Any]) -> str:
    return json.dumps(
        {"@context": "/api/v2/contexts/Product", "hydra:member": members, "hydra:totalItems": len(members)}
    )


def test_a_row_of_its_csv_is_a_product_and_its_price_is_in_minor_units(take: Take, connection: Connection) -> None:
    report = take(EXPORT)
    assert (report.format, report.accepted, report.merged, report.rejected) == ("sylius-csv", 1, 1, 2)
    assert remarks(report) == [(4, "enabled"), (5, "code")]
    boot, sold = held(connection, Product, "BOOT"), held(connection, Variant, "BOOT")
    assert (boot.title, boot.brand, boot.category) == (
        {"en": "Trail boot", "de": "Wanderstiefel"},
        "Aurora",
        "Hiking boots",
    )
    assert (boot.story, boot.facts) == ({"en": "Dry.", "de": "Trocken."}, {"Boot material": "Leather"})
    assert (sold.price, sold.gtin, sold.more_gtins) == (eur(12995), "04006381333931", ("00000096385074",))
    assert sold.picture == "https://cdn.example.com/1.jpg"
    assert languages_of(connection) == ["en", "de"]


def test_rows_below_a_parent_code_are_its_variants(take: Take, connection: Connection) -> None:
    report = take(WITH_VARIANTS)
    assert (report.format, report.accepted, remarks(report)) == ("sylius-csv", 2, [(4, "parent_code")])
    red, blue = held(connection, Variant, "TEE"), held(connection, Variant, "TEE-B")
    assert [(one.product_id, one.colour, one.price) for one in (red, blue)] == [
        ("TEE", "red", eur(1900)),
        ("TEE", "blue", eur(2100)),
    ]


def test_products_of_its_api_and_their_variants_are_two_answers(take: Take, connection: Connection) -> None:
    products = take(hydra(product("MUG"), product("OLD", enabled=False)), name="products.json")
    assert (products.format, products.accepted, products.rejected) == ("sylius-json", 1, 1)
    assert [problem.field for problem in products.problems] == ["enabled", "variants"]
    variants = take(hydra(variant("MUG_BLUE", "MUG"), variant("LOST", "GONE")), name="variants.json")
    assert (variants.format, variants.accepted, remarks(variants)) == ("sylius-variants-json", 1, [(2, "product")])
    mug, blue = held(connection, Product, "MUG"), held(connection, Variant, "MUG_BLUE")
    assert (mug.title, mug.story) == ({"en": "Mug", "pl": "Kubek"}, {"en": "Holds tea"})
    assert (mug.category, mug.facts, mug.keywords) == ("Tea mugs", {"Material": "Ceramic"}, "cup")
    assert (blue.product_id, blue.price, blue.was, blue.position) == ("MUG", eur(2000), eur(3000), 4)
    assert (blue.colour, blue.size, blue.zones) == ("Blue", "X large", {"SHOPS": ZonePrice(price=eur(2100))})
    assert held(connection, Stock, "MUG_BLUE@web").quantity == 8


def test_a_product_of_its_api_may_hold_its_variants(take: Take, connection: Connection) -> None:
    colour = {"code": "BLUE", "value": "Blau", "option": {"code": "mug_color", "name": "Mug color"}}
    inside = [
        variant("M-1", "MUG", optionValues=[colour], barcode="4006381333931", tracked=False),
        variant("M-2", "MUG", enabled=False),
    ]
    report = take(json.dumps(product("MUG", variants=inside, mainTaxon={"code": "m", "name": "Mugs"})))
    assert (report.format, report.accepted, remarks(report)) == ("sylius-json", 1, [(1, "enabled")])
    one = held(connection, Variant, "M-1")
    assert (one.colour, one.gtin, one.picture) == ("Blau", "04006381333931", "https://cdn.example.com/mug.jpg")
    assert held(connection, Product, "MUG").category == "Mugs"
    assert held(connection, Variant, "M-2") is None
    assert held(connection, Stock, "M-1@web").source == "availability"


def test_the_shops_own_api_tells_one_price_and_whether_there_is_any(take: Take, connection: Connection) -> None:
    named = {"code": "MUG", "name": "Mug", "description": "Tea", "shortDescription": None, "variants": [iri("x", "M")]}
    take(json.dumps({"member": [named]}), name="products.json")
    told = {
        "code": "M",
        "product": "/api/v2/shop/products/MUG",
        "optionValues": [],
        "price": 2000,
        "originalPrice": 2000,
        "inStock": False,
    }
    report = take(json.dumps({"member": [told]}), name="variants.json")
    assert (report.format, report.accepted, report.problems) == ("sylius-variants-json", 1, [])
    assert (held(connection, Variant, "M").price, held(connection, Variant, "M").was) == (eur(2000), None)
    assert held(connection, Stock, "M@web").quantity == 0
