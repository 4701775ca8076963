"""A catalogue of any size with the words of a real one.

Each product is a real one (`icecat.py`) in which three words in ten are swapped for others, drawn as often as they
occur in the whole catalogue, and which got a number of its own: so words, lengths and rare terms grow as in a shop.
Variants, popularity and stock are drawn from one seed.
"""

import os
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from bench import icecat
from edge.domain.article import WEB, Product, Stock, Variant
from edge.domain.money import Money

HERE, NEARBY = "aurora-tallinn", ("aurora-tartu", "aurora-riga")
SIZES = ("XS", "S", "M", "L", "XL", *map(str, range(36, 47)))
COLOURS = ("Black", "White", "Blue", "Red", "Green", "Grey", "Silver", "Brown")
SWAPPED = 0.3
KEPT = "TOTE_BENCH_MILLION"
"""A folder in the environment, in which the built catalogue stays: `catalogue` leaves it there, `search` takes it."""
SPACE = re.compile(r"(\s+)")


def place(variants: int, folder: Path) -> Path:
    """Where the catalogue of so many variants lies once it is built: in `folder`, unless the environment says more."""
    return Path(os.environ.get(KEPT) or folder) / f"million-{variants}.db"


def named(n: int) -> str:
    """The id of the n-th product."""
    return f"p{n:07}"


@dataclass(frozen=True)
class Million:
    variants_wanted: int
    seed: int = 5

    @cached_property
    def products(self) -> list[Product]:
        chance = random.Random(self.seed)
        real = [icecat.product(record) for record in icecat.records()]
        words = Counter(word for one in real for word in one.title["en"].split())
        drawn = Drawn(chance, list(words), list(accumulate(words.values())))
        wanted = round(self.variants_wanted / VARIANTS)
        return [self._product(n, chance, drawn, real[n % len(real)]) for n in range(wanted)]

    def _product(self, n: int, chance: random.Random, drawn: "Drawn", real: Product) -> Product:
        title = f"{drawn.swapped(real.title['en'])} {chance.choice('ABDEHKMRSTX')}{n:06}"
        story = drawn.swapped(real.story["en"])
        popularity = int(chance.paretovariate(0.9))
        return replace(real, id=named(n), title={"en": title}, story={"en": story}, popularity=popularity)

    def variants(self) -> Iterator[Variant]:
        chance = random.Random(self.seed + 1)
        for product in self.products:
            price = int(chance.lognormvariate(8, 1)) + 99
            colours, sizes = chance.sample(COLOURS, 2), chance.sample(SIZES, 3)
            kinds = [(size, colour) for colour in colours for size in sizes][: chance.randint(1, 2 * VARIANTS - 1)]
            for place, (size, colour) in enumerate(kinds):
                yield Variant(
                    sku=f"{product.id}-{place}",
                    product_id=product.id,
                    gtin=f"{10**12 + int(product.id[1:]) * 10 + place:014}",
                    price=Money(amount=price, currency="EUR"),
                    size=size,
                    colour=colour,
                    position=place,
                )

    def stock(self) -> Iterator[Stock]:
        chance = random.Random(self.seed + 2)
        for variant in self.variants():
            for store in (HERE, *NEARBY, WEB):
                if chance.random() < 0.5:
                    yield Stock(sku=variant.sku, store=store, quantity=chance.randint(0, 9), as_of=0)


VARIANTS = 2.5
"""Of a product, on average."""


@dataclass(frozen=True)
class Drawn:
    """Words as often as they are used."""

    chance: random.Random
    words: Sequence[str]
    sums: Sequence[int]

    def swapped(self, text: str) -> str:
        parts = SPACE.split(text)
        new = iter(self.chance.choices(self.words, cum_weights=self.sums, k=len(parts)))
        return "".join(next(new) if part.strip() and self.chance.random() < SWAPPED else part for part in parts)
