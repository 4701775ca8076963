"""Sylius: products as its API answers, of version 2 (hydra) and 1, of the administration and the shop.

A product of version 2 only names its variants: they are an answer of their own (`sylius_variants`), imported together.
"""

from dataclasses import replace

from hq.importers.assortment import Assortment
from hq.importers.cells import BadCell
from hq.importers.desk import Desk
from hq.importers.format import ARTICLES, Format, Records
from hq.importers.offer import OWN, Offer, Style
from hq.importers.options import gtins_in, is_gtin_name
from hq.importers.platforms.sylius import language, spoken
from hq.importers.platforms.sylius_variants import AT, by_locale, code_of, offer, pictures_of
from hq.importers.record import Record, records, text, texts, value, values
from hq.importers.wording import number_of


class SyliusProducts:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._assortment = Assortment(desk)
        self._named = 0

    def take(self, row: int, cells: Record) -> bool:
        code = number_of(text(cells, "code"))
        if not code:
            raise BadCell("code", "the product has no code", "export it again")
        if value(cells, "enabled") is False:
            raise BadCell("enabled", f"{code} is disabled there", "leave it out, or enable it there")
        inside = records(cells, "variants")
        style = _style(cells, code, self._desk.language)
        if not inside and values(cells, "variants"):
            self._assortment.product(style)
            self._named += 1
            return True
        offers = [offer(one, code) for one in inside if self._is_sold(one)]
        numbers = gtins_in(_attributes(cells, self._desk.language)) if len(offers) == 1 else []
        pictures = pictures_of(cells)
        whole = [_with(each, numbers, pictures) for each in offers]
        return self._assortment.articles(row, cells, style, whole)

    def finish(self) -> None:
        if self._named:
            reason = f"{self._named} products only name their variants, which are what is sold"
            self._desk.warn("variants", reason, "import the API's answer of product-variants too")

    def _is_sold(self, variant: Record) -> bool:
        if value(variant, "enabled") is not False:
            return True
        self._desk.warn("enabled", f"variant {text(variant, 'code')} is disabled there", "nothing, if it is not sold")
        return False


def _style(cells: Record, code: str, own: str) -> Style:
    spoken_in = dict(by_locale(cells))
    attributes = dict(_attributes(cells, own))
    facts = {name: said for name, said in attributes.items() if not is_gtin_name(name)}
    brands = [name for name in facts if name.lower() in ("brand", "manufacturer") or name.lower().endswith(" brand")]
    return Style(
        id=code,
        title={tag: text(one, "name") for tag, one in spoken_in.items()} or {OWN: text(cells, "name")},
        story={tag: _story(one) for tag, one in spoken_in.items()} or {OWN: _story(cells)},
        brand=facts[brands[0]] if brands else "",
        category=_taxon(cells),
        facts={name: said for name, said in facts.items() if name not in brands},
        keywords=[text(one, "metaKeywords").replace(",", " ") for one in spoken_in.values()],
    )


def _story(one: Record) -> str:
    return text(one, "description") or text(one, "shortDescription") or text(one, "short_description")


def _taxon(cells: Record) -> str:
    """The main taxon by its name, of an address by its code."""
    taxon = value(cells, "mainTaxon") or value(cells, "main_taxon")
    named = text(taxon, "name") or next((text(one, "name") for _, one in by_locale(taxon)), "")
    return named or spoken(code_of(taxon))


def _attributes(cells: Record, own: str) -> list[tuple[str, str]]:
    """Name and value, in HQ's own language where it is told in several."""
    told: dict[str, tuple[bool, str]] = {}
    for one in records(cells, "attributes"):
        name = text(one, "name") or spoken(text(one, "code") or code_of(value(one, "attribute")))
        is_own = language(text(one, "localeCode")) in ("", own)
        said = ", ".join(texts(one, "value"))
        if said and (name not in told or is_own > told[name][0]):
            told[name] = (is_own, said)
    return [(name, said) for name, (_, said) in told.items()]


def _with(one: Offer, gtins: list[str], pictures: list[str]) -> Offer:
    """What the product tells for its variants."""
    return replace(one, gtins=[*one.gtins, *gtins], pictures=one.pictures or pictures)


FORMAT = Format(
    name="sylius-json",
    of=ARTICLES,
    layout=Records(
        {"code", "variants", "translations"},
        {"code", "variants", "shortDescription"},
        {"code", "variants.item.channelPricings"},
        at=AT,
    ),
    adapter=SyliusProducts,
)
