"""Small files of each format."""

from pathlib import Path

ARTICLES = """\
product_id,sku,gtin,brand,category,size,colour,price,was,currency,picture,goes_with,title_en,title_de,story_en
boot,TB-42,4006381333931,Aurora,Shoes > Boots,42,Brown,129.95,159.95,EUR,pictures/boot.svg,sock;tent,\
Trail boot,Wanderstiefel,"Dry.

Feet."
boot,TB-43,,,,43,Brown,129.95,,EUR,,,,,
sock,WS-1,96385074,Aurora,Clothing > Socks,,,15,,EUR,,,Wool sock,,
"""
FEED = """\
<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Aurora</title>
<item><g:id>W-1</g:id><title>Plain title</title><g:title>Steel watch</g:title>
<description>&lt;p&gt;One.&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;\
&lt;ul&gt;&lt;li&gt;two&lt;/li&gt;&lt;/ul&gt;</description>
<link>https://shop.example.com/w1</link><g:price>105.29 USD</g:price><g:sale_price>99.00 USD</g:sale_price>
<g:availability>in stock</g:availability><g:item_group_id>watch</g:item_group_id><g:color>Black</g:color>
<g:product_type>accessories &gt; watches</g:product_type><g:brand>Diesel</g:brand><g:gtin>698615070527</g:gtin>
<g:shipping><g:country>US</g:country><g:price>0.00 USD</g:price></g:shipping></item>
<item><g:id>W-2</g:id><title>White watch</title><g:price>105.29 USD</g:price><g:item_group_id>watch</g:item_group_id>
<g:availability>out_of_stock</g:availability><g:gtin>698615070528</g:gtin></item>
<item><g:id>W-3</g:id><title>No price</title></item>
</channel></rss>
"""


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def articles(folder: Path, text: str | bytes = ARTICLES) -> Path:
    (folder / "pictures").mkdir(exist_ok=True)
    (folder / "pictures" / "boot.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    return write(folder, "articles.csv", text)
