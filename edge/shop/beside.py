"""What a screen offers beside an article: nothing that is sold out for whoever stands here."""

from collections.abc import Callable, Iterable, Sequence

from edge.domain.article import WEB, Product, Stock


def offered(
    products: Iterable[Product], stock_of: Callable[[str], Sequence[Stock]], here: str, most: int
) -> list[Product]:
    """The first `most` of `products` that this store or the web shop has; `stock_of` tells a product's counts. One that
    nobody counts anywhere is not sold out."""
    found: list[Product] = []
    for product in products:
        if len(found) == most:
            break
        if _can_be_had(stock_of(product.id), here):
            found.append(product)
    return found


def _can_be_had(counts: Sequence[Stock], here: str) -> bool:
    return not counts or any(count.quantity > 0 for count in counts if count.store in (here, WEB))
