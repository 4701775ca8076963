"""The product CSVs of shop systems, each pinned by a small file of its kind."""

from pathlib import Path

from sqlalchemy import Connection

from edge.domain.article import Product, Stock, Variant, ZonePrice
from edge.domain.money import Money
from hq.feeds import languages_of
from hq.importers import in_order, recognise
from hq.importers.articles import Articles
from tests.hq.importers import files
from tests.hq.importers.test_importing import Take, held, remarks


def eur(amount: int) -> Money:
    return Money(amount=amount, currency="EUR")


SHOPIFY = """\
Handle,Title,Body (HTML),Vendor,Type,Tags,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,\
Variant Inventory Qty,Variant Price,Variant Compare At Price,Variant Barcode,Image Src,Status,Price / Finland
trail-boot,Trail boot,<p>Dry.</p><ul><li>light</li></ul>,Aurora,Shoes,"warm, wide",Size,42,Color,Brown,TB-42-B,3,\
129.95,159.95,'4006381333931,https://cdn.example.com/1.jpg,active,119.95
trail-boot,,,,,,,43,,Brown,,-2,129.95,,4006381333932,,,
trail-boot,,,,,,,,,,,,,,,https://cdn.example.com/2.jpg,,
sock,Sock,,Aurora,Socks,,Title,Default Title,,,WS-1,,15.00,0.00,,,archived,
mug,Mug,,Aurora,,,Title,Default Title,,,,,9.50,,,,draft,
lost,,,,,,,40,,,L-1,,5.00,,,,,
"""


def test_shopify_rows_below_a_product_are_its_variants_or_only_pictures(take: Take, connection: Connection) -> None:
    report = take(SHOPIFY)
    assert (report.format, report.rows) == ("shopify-csv", 6)
    assert (report.accepted, report.merged, report.rejected) == (3, 1, 2)
    assert remarks(report) == [(3, "gtin"), (5, "status"), (6, "status"), (7, "title")]
    boot, brown = held(connection, Product, "trail-boot"), held(connection, Variant, "TB-42-B")
    assert (boot.title, boot.story, boot.keywords) == ({"en": "Trail boot"}, {"en": "Dry.\n\n- light"}, "warm wide")
    assert (brown.size, brown.colour, brown.gtin, brown.price, brown.was) == (
        "42", "Brown", "04006381333931", eur(12995), eur(15995),
    )  # fmt: skip
    assert brown.zones == {"finland": ZonePrice(price=eur(11995))}
    unnumbered = held(connection, Variant, "trail-boot-43-Brown")
    assert (unnumbered.size, unnumbered.gtin, unnumbered.position) == ("43", None, 2)
    assert held(connection, Stock, "trail-boot-43-Brown@web").quantity == 0
    assert held(connection, Variant, "mug").size == ""


def test_shopify_in_its_newer_column_names_is_the_same(take: Take, connection: Connection) -> None:
    report = take(
        "Title,URL handle,Description,Vendor,Product category,Type,Status,SKU,Barcode,Option1 name,Option1 value,Price,"
        "Compare-at price,Inventory quantity,Product image URL\n"
        "Cap,cap,Warm,Aurora,Hats,,Active,C-1,,Size,L,20.00,25.00,7,https://x.example/1.jpg\n"
    )
    assert (report.format, report.accepted, report.problems) == ("shopify-csv", 1, [])
    assert held(connection, Variant, "C-1").was == eur(2500)
    assert held(connection, Stock, "C-1@web").quantity == 7


WOO = """\
ID,Type,SKU,"GTIN, UPC, EAN, or ISBN",Name,Published,Short description,Description,Date sale price starts,\
Date sale price ends,In stock?,Stock,Sale price,Regular price,Categories,Tags,Images,Parent,Cross-sells,\
Attribute 1 name,Attribute 1 value(s),Attribute 2 name,Attribute 2 value(s),Meta: _ean
9,variation,,,Late shoe - Red,1,,,,,1,4,,40,,,,id:10,,Colour,Red,,,
10,variable,SHOE,,Shoe,1,Soft.,<p>Long.</p>,,,1,,,,"Shoes, Shoes > Walking",easy,,,SOCK,Colour,"Red, Blue",Material,"Wool, Silk",
11,variation,SHOE-B,,Shoe - Blue,1,,,,,0,,30,40,,,,SHOE,,Colour,Blue,,,
12,simple,SOCK,,Sock,1,,,2020-01-01,2020-02-01,1,7.5,5,9,Socks,,,,,,,,,4006381333931
13,simple,,96385074,Hat,-1,,,,,1,,,"265,0",Hats,,,,,,,,,
14,grouped,SET,,Set,1,,,,,1,,,,,,,,,,,,,
15,variation,X-1,,Alone - L,1,,,,,1,,,8,,,,id:99,,Size,L,,,
16,simple,NEG,,Bad,1,,,,,1,,,-4,,,,,,,,,,
17,simple,NONAME,,,1,,,,,1,,,4,,,,,,,,,,
"""


def test_woocommerce_parents_may_come_late_or_never(take: Take, connection: Connection) -> None:
    report = take(WOO)
    assert (report.format, report.rows) == ("woocommerce-csv", 9)
    assert (report.accepted, report.merged, report.rejected) == (6, 0, 3)
    assert remarks(report) == [
        (2, "parent"), (5, "quantity"), (6, "published"), (7, "type"), (8, "parent"), (9, "price"), (10, "title"),
    ]  # fmt: skip
    shoe = held(connection, Product, "SHOE")
    assert (shoe.title, shoe.category, shoe.goes_with) == ({"en": "Shoe"}, "Shoes > Walking", ("SOCK",))
    assert shoe.story == {"en": "Soft.\n\nLong."}
    blue = held(connection, Variant, "SHOE-B")
    assert (blue.product_id, blue.colour, blue.price, blue.was) == ("SHOE", "Blue", eur(3000), eur(4000))
    assert held(connection, Stock, "SHOE-B@web").quantity == 0
    assert (held(connection, Variant, "SOCK").price, held(connection, Variant, "SOCK").was) == (eur(900), None)
    assert held(connection, Variant, "SOCK").gtin == "04006381333931"
    assert (held(connection, Variant, "id-13").gtin, held(connection, Variant, "id-13").price) == (
        "00000096385074",
        eur(26500),
    )
    assert held(connection, Product, "id-99").title == {"en": "Alone"}


MAGENTO = """\
sku,store_view_code,attribute_set_code,product_type,categories,name,description,price,special_price,\
special_price_from_date,special_price_to_date,additional_attributes,qty,is_in_stock,product_online,\
configurable_variations,related_skus
TEE-S,,Default,simple,"Default Category/Men,Default Category/Men/Tees",Tee S,<p>Soft</p>,29.0000,19.0000,,,\
"color=Blue,size=S,ean=4006381333931,activity=Gym|Yoga,note=one, two",5.0000,1,1,,BAG
TEE-M,,Default,simple,Default Category/Men,Tee M,,29.0000,9.0000,1/1/20,2/1/20,"color=Blue,size=M",0,0,1,,
TEE,,Default,configurable,Default Category/Men/Tees,Tee,<ul><li>a</li></ul>,,,,,material=Cotton,,1,1,\
"sku=TEE-S,size=S|sku=TEE-M,size=M,color=Blue|sku=TEE-X,size=X",
TEE,de,,,,Hemd,,,,,,,,,,,
TEE-S,fi_shop,,,,,,27.0000,,,,,,,,,
OFF,,Default,simple,,Off,,1.00,,,,,,1,2,,
SET,,Default,grouped,,Set,,,,,,,,1,1,,
GONE,de,,,,Weg,,,,,,,,,,,
"""


def test_magento_configurables_gather_the_variants_above_them(take: Take, connection: Connection) -> None:
    report = take(MAGENTO)
    assert (report.format, report.rows) == ("magento2-csv", 8)
    assert (report.accepted, report.merged, report.rejected) == (3, 2, 3)
    assert remarks(report) == [
        (4, "configurable_variations"), (7, "product_online"), (8, "product_type"), (9, "store_view_code"),
    ]  # fmt: skip
    tee = held(connection, Product, "TEE")
    assert (tee.title, tee.category) == ({"en": "Tee", "de": "Hemd"}, "Men > Tees")
    assert tee.facts == {"Material": "Cotton"}
    small = held(connection, Variant, "TEE-S")
    assert (small.product_id, small.size, small.colour, small.gtin) == ("TEE", "S", "Blue", "04006381333931")
    assert (small.price, small.was, small.zones) == (
        eur(1900), eur(2900), {"fi_shop": ZonePrice(price=eur(2700))},
    )  # fmt: skip
    assert (held(connection, Variant, "TEE-M").price, held(connection, Variant, "TEE-M").was) == (eur(2900), None)
    assert held(connection, Product, "TEE-S") is None
    assert languages_of(connection) == ["en", "de"]
    assert held(connection, Stock, "TEE-M@web").quantity == 0


PRESTA = """\
Product ID;Active (0/1);Name *;Categories (x,y,z...);Price tax included;Discount percent;Reference #;Manufacturer;EAN13;\
UPC;Quantity;Short description;Description;Feature(Name:Value:Position);Available online only (0 = No, 1 = Yes)
7;1;Jacket;Home,Clothes,Home/Clothes/Men;80.000000;25;J-7;Aurora;4006381333931;;9;<p>Warm</p>;;Material:Wool:1,Fit:Slim:2;0
8;1;Scarf;Clothes;8.333333;;;Aurora;;;4;;;;1
9;0;Hidden;Clothes;5;;H-9;;;;;;;;
"""
COMBINATIONS = """\
Product ID*;Attribute (Name:Type:Position)*;Value (Value:Position)*;Reference;EAN13;Impact on price;Quantity
7;Size:select:0, Colour:color:1;M:0, Red:1;J-7-M;4006381333931;0;3
7;Size:select:0, Colour:color:1;L:1, Red:1;J-7-L;;5.00;2
7;Size:select:0, Colour:color:1;S:1, Red:1;;;-10.00;2
77;Size:select:0;M:0;Z;;0;3
"""


def test_prestashop_combinations_take_the_place_of_their_product(
    take: Take, connection: Connection, tmp_path: Path
) -> None:
    products = take(PRESTA)
    assert (products.format, products.accepted, products.rejected) == ("prestashop-products-csv", 2, 1)
    assert remarks(products) == [(3, "price"), (4, "active")]
    jacket = held(connection, Variant, "J-7")
    assert (jacket.price, jacket.was, jacket.gtin) == (eur(6000), eur(8000), "04006381333931")
    assert (held(connection, Variant, "8").price, held(connection, Variant, "8").web_only) == (eur(833), True)
    assert held(connection, Product, "7").category == "Clothes > Men"
    assert held(connection, Product, "7").facts == {"Material": "Wool", "Fit": "Slim"}
    report = take(COMBINATIONS)
    assert (report.format, report.accepted, report.rejected) == ("prestashop-combinations-csv", 3, 1)
    assert remarks(report) == [(5, "product id")]
    assert held(connection, Variant, "J-7") is None
    medium, large, small = (held(connection, Variant, sku) for sku in ("J-7-M", "J-7-L", "7-S-Red"))
    assert [one.price.amount for one in (medium, large, small)] == [6000, 6500, 5000]
    assert (medium.size, medium.colour, medium.gtin) == ("M", "Red", "04006381333931")
    paths = [files.write(tmp_path, "c.csv", COMBINATIONS), files.write(tmp_path, "p.csv", PRESTA)]
    assert [path.name for path in in_order(paths)] == ["p.csv", "c.csv"]


SPREE = """\
slug,sku,name,price,compare_at_price,currency,status,description,tags,category1,option1_name,option1_value,\
inventory_count,track_inventory,custom_field.custom.wattage
fan,FAN,Fan,0,0,EUR,active,"Quiet.",cool,Home -> Air,,,,FALSE,40W
fan,FAN-W,,40,50.0,EUR,,,,,Color,White,5,TRUE,
fan,FAN-W,,45,,USD,,,,,,,,,
lamp,LAMP,Lamp,12.5,,EUR,active,,,Home,,,3,TRUE,
bulb,BULB,Bulb,3,,EUR,,,,Home,,,3,TRUE,
bulb,BULB-W,,4,,EUR,,,,,Color,White,3,TRUE,
nothing,N-1,,4,,EUR,,,,,Color,White,3,TRUE,
"""


def test_spree_products_are_sold_themselves_only_without_variants(take: Take, connection: Connection) -> None:
    report = take(SPREE)
    assert (report.format, report.accepted, report.merged, report.rejected) == ("spree-csv", 5, 1, 1)
    assert remarks(report) == [(8, "name")]
    assert held(connection, Product, "fan").facts == {"Wattage": "40W"}
    fan = held(connection, Variant, "FAN-W")
    assert (fan.colour, fan.price, fan.was) == ("White", eur(4000), eur(5000))
    assert fan.zones == {"usd": ZonePrice(price=Money(amount=4500, currency="USD"))}
    assert Articles(connection).ids(Variant) == {"FAN-W", "LAMP", "BULB-W"}
    connection.rollback()
    report = take("slug,locale,name,description\nfan,de,Lüfter,Leise\nfan,d e,x,\nnobody,de,x,\n")
    assert (report.format, report.accepted, report.rejected) == ("spree-translations-csv", 1, 2)
    assert held(connection, Product, "fan").title == {"en": "Fan", "de": "Lüfter"}


VENDURE = """\
name                 ,slug   ,description ,assets,facets                     ,optionGroups,optionValues,sku ,price ,taxCategory,stockOnHand,trackInventory
Laptop               ,laptop ,"Fast, light",     ,category:Tech|brand:Aurora|weight:2 kg,size|RAM ,13 inch|8GB ,L1 ,1299.00,standard,10,true
                     ,       ,            ,      ,                           ,            ,15 inch|8GB ,    ,1399.00,standard,,false
"""


def test_vendure_rows_without_a_name_continue_the_product(take: Take, connection: Connection) -> None:
    report = take(VENDURE)
    assert (report.format, report.accepted, report.problems) == ("vendure-csv", 2, [])
    laptop = held(connection, Product, "laptop")
    assert (laptop.brand, laptop.category, laptop.facts) == ("Aurora", "Tech", {"Weight": "2 kg"})
    assert held(connection, Variant, "laptop-15-inch-8GB").size == "15 inch · 8GB"
    assert held(connection, Variant, "L1").price == eur(129900)


def test_spryker_prices_come_in_a_file_of_their_own(take: Take, connection: Connection, tmp_path: Path) -> None:
    concrete = (
        "abstract_sku,concrete_sku,name.en_US,name.de_DE,attribute_key_1,value_1,attribute_key_2,value_2\n"
        "1,1_a,Camera,Kamera,color,Black,ean,4006381333931\n1,1_b,Camera,Kamera,color,Red,,\n"
    )
    report = take(concrete)
    assert (report.format, report.accepted, report.warned) == ("spryker-concrete-csv", 2, 2)
    assert remarks(report) == [(2, "price"), (3, "price")]
    prices = take(
        "abstract_sku,concrete_sku,price_type,store,currency,value_net,value_gross\n"
        "1,,DEFAULT,DE,EUR,900,1000\n,1_b,DEFAULT,DE,EUR,,1200\n,1_b,DEFAULT,US,USD,,1500\n,1_b,ORIGINAL,DE,EUR,,1600\n"
        ",9,DEFAULT,DE,EUR,,1\n"
    )
    assert (prices.format, prices.accepted, prices.merged, prices.rejected) == ("spryker-prices-csv", 3, 1, 1)
    black, red = held(connection, Variant, "1_a"), held(connection, Variant, "1_b")
    assert (black.price, black.colour, black.gtin) == (eur(1000), "Black", "04006381333931")
    assert red.price == eur(1200)
    assert red.zones == {"us-usd": ZonePrice(price=Money(amount=1500, currency="USD"))}
    assert held(connection, Product, "1").title == {"en": "Camera", "de": "Kamera"}
    assert take(concrete).problems == []
    assert held(connection, Variant, "1_b").price == eur(1200)


BIGCOMMERCE = """\
Item Type,Product ID,Product Name,Product Code/SKU,Brand Name,Product Description,Price,Retail Price,Sale Price,\
Product Visible?,Track Inventory,Current Stock Level,Category,Product UPC/EAN,Search Keywords
Product,5,Shirt,SH,Aurora,<p>Cotton</p>,30.00,40.00,0.00,Y,by option,0,Clothes/Shirts;Sale,,soft
  SKU,,"[RB]Size=M,[S]Colour=Red:#ff0000",SH-M,,,,,,,,4,,4006381333931,
  SKU,,"[RB]Size=L",SH-L,,,35.00,,,,,2,,,
  Rule,,,,,,[ADD]5,,,,,,,,
Product,6,Cup,CUP,Aurora,,8.00,0.00,6.00,N,none,0,Home,,
"""


def test_bigcommerce_skus_below_a_product_are_its_variants(take: Take, connection: Connection) -> None:
    report = take(BIGCOMMERCE)
    assert (report.format, report.accepted, report.merged, report.rejected) == ("bigcommerce-csv", 4, 1, 0)
    assert remarks(report) == [(6, "product visible?")]
    assert Articles(connection).ids(Variant) == {"SH-M", "SH-L", "CUP"}
    connection.rollback()
    medium = held(connection, Variant, "SH-M")
    assert (medium.size, medium.colour, medium.price, medium.was, medium.gtin) == (
        "M", "Red", eur(3000), eur(4000), "04006381333931",
    )  # fmt: skip
    assert held(connection, Variant, "SH-L").price == eur(3500)
    assert (held(connection, Variant, "CUP").price, held(connection, Variant, "CUP").was) == (eur(600), eur(800))
    assert held(connection, Product, "5").category == "Clothes > Shirts"


def test_bigcommerce_in_its_newer_form_is_the_same(take: Take, connection: Connection) -> None:
    report = take(
        "Item,ID,Name,SKU,Options,Inventory Tracking,Current Stock,Price,Sale Price,Categories,Description\n"
        "Product,5,Shirt,,,variant,0,30,0,Clothes/Shirts,Soft\n"
        "Variant,9,,SH-M,Type=Rectangle|Name=Size|Value=M,,3,,,,\nImage,,,,,,,,,,\n"
    )
    assert (report.format, report.accepted, report.merged) == ("bigcommerce-csv", 2, 1)
    assert held(connection, Variant, "SH-M").size == "M"
    assert Articles(connection).ids(Variant) == {"SH-M"}


def test_a_cell_of_zero_width_spaces_line_ends_and_cp1252_is_read(take: Take, connection: Connection) -> None:
    text = 'Handle,Title,Body (HTML),Variant SKU,Variant Price\r\na,Größe\u00ad,"one\r\ntwo",\u200bA-1,"SR 2,375"\r\n'
    report = take(text)
    assert report.problems == []
    assert held(connection, Variant, "A-1").price == Money(amount=237500, currency="SAR")
    assert held(connection, Product, "a").title == {"en": "Größe"}
    assert take(text.replace("\u200b", "").encode("cp1252")).difference.same == 2
    assert recognise(files.write(Path(connection.engine.url.database or "").parent, "x", text)) == "shopify-csv"
