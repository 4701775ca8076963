"""The products of the AWS Retail Demo Store (YAML): neither SKU nor GTIN, so the id is the SKU."""

from hq.importers.assortment import Assortment
from hq.importers.cells import BadCell
from hq.importers.desk import Desk
from hq.importers.format import ARTICLES, Format, Records
from hq.importers.offer import OWN, Offer, Priced, Style
from hq.importers.record import Record, text, texts
from hq.importers.wording import number_of


class DemoProducts:
    def __init__(self, desk: Desk) -> None:
        self._assortment = Assortment(desk)

    def take(self, row: int, cells: Record) -> bool:
        id_ = number_of(text(cells, "id"))
        if not id_:
            raise BadCell("id", "the product has no id", "give it one that stays")
        kind = text(cells, "style")
        style = Style(
            id=id_,
            title={OWN: text(cells, "name")},
            story={OWN: text(cells, "description")},
            category=">".join(part.capitalize() for part in (text(cells, "category"), kind) if part),
            popularity=1 if text(cells, "featured") == "true" else None,
            keywords=[*texts(cells, "aliases"), *texts(cells, "keywords")],
        )
        offer = Offer(
            sku=id_,
            product_id=id_,
            price=Priced(text=text(cells, "price"), exact=True),
            link=url if (url := text(cells, "url")).startswith("http") else "",
            quantity=text(cells, "current_stock"),
        )
        return self._assortment.article(row, cells, style, offer)


FORMAT = Format(
    name="retail-demo-yaml",
    of=ARTICLES,
    layout=Records(
        {"id", "name", "price", "current_stock"},
        {"id", "name", "price", "category", "style"},
        at=("item", "products.item"),
    ),
    adapter=DemoProducts,
)
