"""Products whose own row was refused for its variant: the first variant that is taken brings them."""

import msgspec

from edge.domain.article import Product
from hq.importers.scratch import Scratch

TOPIC = "awaited"


class Awaited:
    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch

    def keep(self, product: Product) -> None:
        self._scratch.note(TOPIC, product.id, msgspec.json.encode(product).decode())

    def of(self, product_id: str) -> Product | None:
        """What the refused row said of the product."""
        said = self._scratch.noted(TOPIC, product_id)
        return None if said is None else msgspec.json.decode(said, type=Product)
