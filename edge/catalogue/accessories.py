"""Words that name what goes with a thing rather than a thing: who types "iphone" wants a phone, not its case.

`CATEGORIES` are looked for in what a product's category is called, `TITLES` behind a typed word in its title. Only
words that seldom are anything else: an adapter is as often what a card comes with, "skin" is a category of creams.
"""

from dataclasses import dataclass
from functools import cache

from edge.catalogue.words import stems

CATEGORIES = {
    "en": "accessory accessories",
    "de": "zubehör",
    "es": "accesorio accesorios",
    "et": "lisatarvik lisatarvikud tarvik tarvikud",
}
TITLES = {
    "en": (
        "accessory accessories backpack bag briefcase case charger cover cradle folio holder holster lock pouch "
        "protector shell skin sleeve slipcase stand strap"
    ),
    "de": (
        "etui halter halterung hülle hüllen ladegerät ladegeräte rucksack schloss schutzfolie schutzhülle ständer "
        "tasche taschen zubehör"
    ),
    "es": "accesorio accesorios bolsa candado cargador correa estuche funda fundas mochila protector soporte",
    "et": (
        "alus hoidik hoidja kaaned kaitsekile kott laadija laadijad lisatarvik lisatarvikud lukk seljakott tarvik "
        "tarvikud ümbris ümbrised"
    ),
}


@dataclass(frozen=True, kw_only=True)
class Accessories:
    """Stems of one language."""

    categories: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()


@cache
def accessories(language: str) -> Accessories:
    """None in languages nobody listed them for."""
    stem, known = stems(language).__getitem__, language[:2]
    return Accessories(
        categories=frozenset(map(stem, CATEGORIES.get(known, "").split())),
        titles=frozenset(map(stem, TITLES.get(known, "").split())),
    )
