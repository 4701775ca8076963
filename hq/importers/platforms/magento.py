"""Magento 2 (Adobe Commerce) product CSV (experienceleague.adobe.com, "Data transfer: product attributes").

A row whose store_view_code is empty tells the article; others tell what a store view says differently: a translation,
or a price of its own. `configurable` rows come after their variants and name them in configurable_variations.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from edge.domain.article import Product, Variant
from hq.importers.assortment import Assortment
from hq.importers.cells import BadCell
from hq.importers.desk import Desk
from hq.importers.format import ARTICLES, Columns, Format
from hq.importers.offer import OWN, Offer, Priced, Style
from hq.importers.options import gtins_in, size_and_colour
from hq.importers.running_now import is_running
from hq.importers.wording import number_of, pick

Cells = dict[str, str]
UNSOLD = {"grouped", "bundle"}
LANGUAGE = re.compile(r"([a-z]{2})([_-][a-z]{2})?", re.IGNORECASE)
OWN_FACTS = {"ts_dimensions_length", "ts_dimensions_width", "ts_dimensions_height", "has_options", "required_options"}


class MagentoRows:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._assortment = Assortment(desk)

    def take(self, row: int, cells: Cells) -> bool:
        sku = cells.get("sku", "")
        if not sku:
            raise BadCell("sku", "sku is missing", "fill in sku; every row needs one")
        if cells.get("store_view_code"):
            return self._elsewhere(sku, cells)
        if cells.get("product_online") == "2":
            raise BadCell("product_online", "the article is disabled there", "leave it out, or enable it there")
        kind = cells.get("product_type", "simple")
        if kind == "configurable":
            return self._configurable(sku, cells)
        if kind in UNSOLD and not cells.get("price"):
            raise BadCell("product_type", f"a {kind} product is sold by its parts", "nothing, where these are there")
        return self._assortment.article(row, cells, self._style(cells, sku), self._offer(cells, sku))

    def _configurable(self, sku: str, cells: Cells) -> bool:
        """The product comes after its variants: they move to it."""
        self._assortment.product(self._style(cells, sku))
        missing = [child for child, options in variations(cells) if not self._move(child, options, sku)]
        if missing:
            reason = f"{len(missing)} of its variants are not in the file before it: {', '.join(missing)[:80]}"
            self._desk.warn("configurable_variations", reason, "export them too, above their product")
        return True

    def _move(self, child: str, options: dict[str, str], parent: str) -> bool:
        articles = self._desk.articles
        variant = articles.get(Variant, child)
        if variant is None:
            return False
        size, colour = size_and_colour(options)
        place = self._desk.scratch.next_place(parent)
        said = {"size": size or variant.size, "colour": colour or variant.colour, "position": place}
        articles.put(child, number_of(parent), replace(variant, product_id=number_of(parent), **said))  # type: ignore[arg-type]
        if variant.product_id == number_of(child) and child != parent:
            articles.drop(Product, variant.product_id)
        return True

    def _elsewhere(self, sku: str, cells: Cells) -> bool:
        """What one store view says of an article that came before."""
        variant = self._desk.articles.get(Variant, sku)
        held = self._desk.articles.get(Product, variant.product_id if variant else number_of(sku))
        if held is None:
            raise BadCell("store_view_code", f"{sku} has no row of its own before this one", "export all store views")
        view = cells["store_view_code"]
        if (language := LANGUAGE.fullmatch(view)) and cells.get("name"):
            self._assortment.translate(held, language.group(1).lower(), cells["name"], cells.get("description", ""))
        if variant and cells.get("price"):
            self._assortment.also_costs(variant, Priced(text=cells["price"], currency=variant.price.currency), view)
        return False

    def _style(self, cells: Cells, sku: str) -> Style:
        more = additional(cells.get("additional_attributes", ""))
        shorter, longer = cells.get("short_description", ""), cells.get("description", "")
        facts = {name: text for name, text in more.items() if name not in OWN_FACTS and not gtins_in({name: text})}
        return Style(
            id=number_of(sku),
            title={OWN: cells.get("name", "")},
            story={OWN: longer or shorter},
            brand=pick(more, "brand", "manufacturer") or cells.get("manufacturer", ""),
            category=category(cells.get("categories", "")),
            goes_with=[
                number_of(ref) for name in ("related_skus", "crosssell_skus") for ref in listed(cells.get(name, ""))
            ],
            facts={name.replace("_", " ").capitalize(): text.replace("|", ", ") for name, text in facts.items()},
            keywords=(cells.get("meta_keywords", "").replace(",", " "),),
        )

    def _offer(self, cells: Cells, sku: str) -> Offer:
        more = additional(cells.get("additional_attributes", ""))
        price, special = cells.get("price", ""), cells.get("special_price", "")
        dates = (cells.get("special_price_from_date", ""), cells.get("special_price_to_date", ""))
        reduced = bool(special) and is_running(*dates, self._desk.now)
        options = {name: text for name, text in more.items() if any(size_and_colour({name: text})) and _is_option(name)}
        return Offer(
            sku=sku,
            product_id=number_of(sku),
            price=Priced(text=special if reduced else price),
            was=Priced(text=price) if reduced else None,
            gtins=[*gtins_in(more), *gtins_in({name: text for name, text in cells.items() if len(text) < 40})],
            options=options,
            pictures=[url for url in (cells.get("base_image", ""),) if "://" in url],
            quantity=cells.get("qty", "") if cells.get("manage_stock", "1") != "0" else "",
            available=None if not cells.get("is_in_stock") else cells["is_in_stock"] == "1",
        )


def _is_option(name: str) -> bool:
    return name.lower() in ("size", "color", "colour", "shoe_size", "clothing_size")


def additional(text: str) -> dict[str, str]:
    """ "color=Blue,activity=Gym|Yoga,note=a, b" -> each name with its text; a comma in a text is none between pairs."""
    pairs = re.split(r",(?=[a-zA-Z_][a-zA-Z0-9_]*=)", text)
    return {name.strip(): value.strip().strip('"') for name, mark, value in (p.partition("=") for p in pairs) if mark}


def variations(cells: Cells) -> Iterator[tuple[str, dict[str, str]]]:
    """ "sku=A-S,size=S|sku=A-M,size=M" -> ("A-S", {"size": "S"}) …"""
    for one in re.split(r"\|(?=sku=)", cells.get("configurable_variations", "")):
        options = additional(one)
        if sku := options.pop("sku", ""):
            yield sku, options


def category(text: str) -> str:
    """The deepest of several paths, without the root that every one begins with."""
    path = max((part.split("/") for part in text.split(",")), key=len)
    return ">".join(path[1:] if path[0].strip().lower() in ("default category", "root catalog") else path)


def listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


FORMAT = Format(
    name="magento2-csv",
    of=ARTICLES,
    layout=Columns({"sku", "attribute_set_code", "product_type"}, {"sku", "store_view_code", "name"}),
    adapter=MagentoRows,
)
