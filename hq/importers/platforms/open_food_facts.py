"""Open Food Facts: its export of all products, JSON Lines or tab-separated (wiki.openfoodfacts.org, "Reusing data").

It has no prices. `code` is the number on the pack, often shorter than a GTIN and not always right: it is the SKU, and
the GTIN where its check digit says so.
"""

from hq.importers.assortment import Assortment
from hq.importers.cells import BadCell
from hq.importers.desk import Desk
from hq.importers.format import ARTICLES, Columns, Format, Records
from hq.importers.offer import OWN, Offer, Style
from hq.importers.record import Record, text
from hq.importers.wording import number_of

FACTS = {
    "quantity": "Quantity", "packaging": "Packaging", "origins": "Origin", "labels": "Labels", "allergens": "Allergens",
    "ingredients_text": "Ingredients", "nutriscore_grade": "Nutri-Score", "nutrition_grade_fr": "Nutri-Score",
    "countries": "Countries",
}  # fmt: skip


class FoodFacts:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._assortment = Assortment(desk)

    def take(self, row: int, cells: Record) -> bool:
        code = text(cells, "code") or text(cells, "_id")
        if not code:
            raise BadCell("code", "the product has no code", "leave it out: nothing could be scanned")
        product_id = number_of(code)
        style = Style(
            id=product_id,
            title=self._texts(cells, "product_name", "generic_name"),
            story=self._texts(cells, "generic_name"),
            brand=text(cells, "brands").partition(",")[0].strip(),
            category=_category(text(cells, "categories_en") or text(cells, "categories")),
            facts={name: _spoken(text(cells, field)) for field, name in FACTS.items() if text(cells, field)},
            keywords=(text(cells, "brands").replace(",", " "),),
        )
        number = code if len(code) >= 12 or len(code) == 8 else code.zfill(13)
        offer = Offer(sku=product_id, product_id=product_id, price=None, gtins=[number], link=text(cells, "url"))
        return self._assortment.article(row, {"said": repr((style, offer))}, style, offer)

    def _texts(self, cells: Record, *names: str) -> dict[str, str]:
        """In the record's own language; and in HQ's, where it has that too."""
        own = text(cells, "lang") or text(cells, "lc")
        told = next(filter(None, (text(cells, name) for name in names)), "")
        ours = next(filter(None, (text(cells, f"{name}_{self._desk.language}") for name in names)), "")
        found = {OWN: ours or told}
        if told and own and own != self._desk.language and len(own) == 2 and own.isascii() and own.isalpha():
            found[own.lower()] = told
        return found


def _category(text: str) -> str:
    """ "Snacks, Sweet snacks, Biscuits" goes from the general to the special."""
    parts = [part.strip().partition(":")[2] or part.strip() for part in text.split(",")]
    return ">".join(part for part in parts[:4] if part)


def _spoken(text: str) -> str:
    return (
        ", ".join(part.strip().rpartition(":")[2] or part.strip() for part in text.split(",")) if ":" in text else text
    )


JSON = Format(
    name="open-food-facts-json",
    of=ARTICLES,
    layout=Records(
        {"code", "product_name"},
        {"code", "nutriments"},
        {"code", "brands_tags"},
        at=("item", "products.item", "product"),
    ),
    adapter=FoodFacts,
)
CSV = Format(
    name="open-food-facts-csv",
    of=ARTICLES,
    layout=Columns({"code", "product_name", "brands", "categories"}),
    adapter=FoodFacts,
)
