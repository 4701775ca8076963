"""The size that somebody takes: chosen on this visit, else what their card told; of a product it is shown first."""

from collections.abc import Iterable

from edge.catalogue import Catalogue
from edge.domain.article import Product
from edge.shop.greeting import UsualSize


def in_size(catalogue: Catalogue, sku: str, chosen: str, usual: Iterable[UsualSize]) -> str:
    """The sister of `sku` in the size of whoever stands here, in the same colour where there is one; `sku` where it
    comes in no such size."""
    variant = catalogue.by_sku(sku)
    product = catalogue.product(variant.product_id) if variant else None
    if variant is None or product is None:
        return sku
    for size in (chosen, *_usual(product, usual)):
        fit = [sister for sister in catalogue.variants(product.id) if size and sister.size == size]
        if fit:
            return min(fit, key=lambda sister: sister.colour != variant.colour).sku
    return sku


def _usual(product: Product, usual: Iterable[UsualSize]) -> list[str]:
    """Of its own category before those above it."""
    of_it = [one for one in usual if f"{product.category} > ".startswith(f"{one.category} > ")]
    return [one.size for one in sorted(of_it, key=lambda one: -len(one.category))]
