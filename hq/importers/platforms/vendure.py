"""Vendure's product CSV (docs.vendure.io, "Importing data"): the first row of a product has its name, rows without one
are its further variants. Lists are separated by "|"; columns may end in a language ("name:de")."""

from hq.importers.assortment import Assortment
from hq.importers.cells import BadCell
from hq.importers.desk import Desk
from hq.importers.documents import Document, Table
from hq.importers.format import ARTICLES, Columns, Format
from hq.importers.offer import OWN, Offer, Priced, Style
from hq.importers.options import gtins_in
from hq.importers.wording import number_of, pick

Cells = dict[str, str]


class VendureRows:
    def __init__(self, desk: Desk) -> None:
        self._assortment = Assortment(desk)
        self._product = ""
        self._groups: list[str] = []

    def take(self, row: int, cells: Cells) -> bool:
        titles = _texts(cells, "name")
        style = None
        if titles:
            self._product = number_of(pick(_texts(cells, "slug"), *titles) or pick(titles, *titles).lower())
            self._groups = _listed(pick(_texts(cells, "optiongroups"), *titles))
            style = _style(cells, titles, self._product)
        if not self._product:
            raise BadCell("name", "no row above names its product", "keep the rows of a product together")
        values = _listed(pick(_texts(cells, "optionvalues"), OWN, *titles, *_texts(cells, "optionvalues")))
        options = {
            (self._groups[n] if n < len(self._groups) else f"Option {n + 1}"): one for n, one in enumerate(values)
        }
        offer = Offer(
            sku=cells.get("sku", "") or number_of(self._product, *values),
            product_id=self._product,
            price=Priced(text=cells.get("price", "")),
            gtins=gtins_in(cells),
            options=options,
            pictures=[
                one for one in _listed(cells.get("variantassets", "") or cells.get("assets", "")) if "://" in one
            ],
            quantity=cells.get("stockonhand", "") if cells.get("trackinventory", "").lower() != "false" else "",
        )
        return self._assortment.article(row, cells, style, offer)


def _style(cells: Cells, titles: dict[str, str], product_id: str) -> Style:
    pairs = [one.partition(":") for one in _listed(pick(_texts(cells, "facets"), *titles))]
    facets: dict[str, list[str]] = {}
    for name, _, said in pairs:
        facets.setdefault(name.strip().lower(), []).append(said.strip())
    return Style(
        id=product_id,
        title=titles,
        story=_texts(cells, "description"),
        brand="".join(facets.pop("brand", [])[:1]),
        category=">".join(facets.pop("category", [])),
        facts={name.capitalize(): ", ".join(said) for name, said in facets.items()},
    )


def _texts(cells: Cells, name: str) -> dict[str, str]:
    """By language: of "name" and "name:de"."""
    found = ((column.partition(":"), said) for column, said in cells.items() if said)
    return {language: said for (base, _, language), said in found if base == name}


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split("|") if part.strip()]


def _languages(document: Document, language: str) -> list[str]:
    names = document.columns if isinstance(document, Table) else []
    return [name.removeprefix("name:") for name in names if name.startswith("name:")] or [language]


FORMAT = Format(
    name="vendure-csv",
    of=ARTICLES,
    layout=Columns({"name", "slug", "optiongroups", "optionvalues"}, {"name:*", "sku", "price", "optiongroups:*"}),
    adapter=VendureRows,
    languages=_languages,
)
