"""Sylius: the variants of its API, inside their product or as an answer of their own (`product-variants`).

Prices are minor units per channel: the first channel's is the price, those of others are zones'. No currency is told:
it is HQ's. Options of version 2 are addresses, of which only the last part, their code, says anything.
"""

from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from hq.importers.assortment import Assortment
from hq.importers.cells import BadCell
from hq.importers.desk import Desk
from hq.importers.format import VARIANTS, Format, Records
from hq.importers.offer import Offer, Priced
from hq.importers.options import COLOURS, SIZES, gtins_in
from hq.importers.platforms.sylius import language
from hq.importers.record import Record, records, scalar, text, value, values
from hq.importers.wording import number_of

AT = ("hydra:member.item", "member.item", "_embedded.items.item", "items.item", "item", "")


class SyliusVariants:
    def __init__(self, desk: Desk) -> None:
        self._assortment = Assortment(desk)

    def take(self, row: int, cells: Record) -> bool:
        if value(cells, "enabled") is False:
            raise BadCell("enabled", f"{text(cells, 'code')} is disabled there", "leave it out, or enable it there")
        product_id = code_of(value(cells, "product"))
        if not product_id or not self._assortment.knows(product_id):
            reason = f"no product {product_id or 'without a code'} is known"
            raise BadCell("product", reason, "import the API's answer of products first")
        return self._assortment.article(row, cells, None, offer(cells, product_id))


def offer(variant: Record, product_id: str) -> Offer:
    prices = dict(_prices(variant))
    first = next(iter(prices), "")
    price, was = prices.pop(first, (Priced(text=""), None))
    tracked, inside = value(variant, "tracked"), value(variant, "inStock")
    counted = "" if tracked is False else _on_hand(variant)
    numbers = [(name, scalar(said)) for name, said in variant.items()]
    return Offer(
        sku=text(variant, "code"),
        product_id=product_id,
        price=price,
        was=was,
        gtins=gtins_in(numbers),
        options=dict(_option(one) for one in values(variant, "optionValues")),
        pictures=pictures_of(variant),
        quantity=counted,
        available=inside if isinstance(inside, bool) else True if tracked is False else None,
        zones={channel: said for channel, (said, _) in prices.items()},
        position=value(variant, "position") if isinstance(value(variant, "position"), int) else None,
    )


def _prices(variant: Record) -> Iterator[tuple[str, tuple[Priced, Priced | None]]]:
    """Channel, price and the one before a reduction. The shop's API answers for its own channel alone."""
    told = value(variant, "channelPricings")
    if isinstance(told, Mapping):
        listed = [(str(channel), one) for channel, one in told.items()]
    else:
        listed = [(text(one, "channelCode") or code_of(value(one, "channel")), one) for one in values({"": told}, "")]
    for channel, one in [*listed, ("", variant)]:
        if amount := text(one, "price"):
            before = text(one, "originalPrice")
            was = Priced(text=before, exact=True, minor=True) if before else None
            yield channel, (Priced(text=amount, exact=True, minor=True), was)


def _on_hand(variant: Record) -> str:
    """What is there and not on hold for an order."""
    held, waiting = value(variant, "onHand"), value(variant, "onHold")
    if isinstance(held, int) and isinstance(waiting, int):
        return str(held - waiting)
    return text(variant, "onHand")


def _option(said: object) -> tuple[str, str]:
    """Its name and value. Of a mere address only the code is known: "COLOR_BLUE", "t_shirt_size_x_large"."""
    shown = text(said, "value") or next((text(one, "value") for _, one in by_locale(said)), "")
    if shown:
        return _last(text(said, "name") or text(said, "option", "name") or code_of(value(said, "option"))), shown
    parts = code_of(said).lower().replace("-", "_").split("_")
    known = [at for at, part in enumerate(parts[:-1]) if part in SIZES | COLOURS]
    at = known[-1] if known else max(len(parts) - 2, 0)
    word = " ".join(parts[at + 1 :]) or parts[at]
    return parts[at], word.upper() if len(word) <= 3 else word.capitalize()


def _last(name: str) -> str:
    """ "T-shirt size" -> "size": platforms' sizes and colours are told by name."""
    last = name.replace("_", " ").replace("-", " ").split(" ")[-1]
    return last if last.lower() in SIZES | COLOURS else name


def code_of(said: object) -> str:
    """The code of an object, or of its address: "/api/v2/admin/products/MUG"."""
    told = text(said, "code") or scalar(said)
    return number_of(unquote(told.rstrip("/").rpartition("/")[2]))


def pictures_of(cells: Record) -> list[str]:
    return [path.lstrip("/") for one in records(cells, "images") if (path := text(one, "path"))]


def by_locale(said: object) -> Iterator[tuple[str, Record]]:
    """Language and texts; of two countries' with one language the first."""
    told = value(said, "translations")
    several = ((text(one, "locale"), one) for one in values(said, "translations"))
    listed = told.items() if isinstance(told, Mapping) else several
    seen = set[str]()
    for locale, one in listed:
        if isinstance(one, dict) and (tag := language(str(locale))) not in seen:
            seen.add(tag)
            yield tag, one


FORMAT = Format(
    name="sylius-variants-json",
    of=VARIANTS,
    layout=Records({"code", "product", "channelPricings"}, {"code", "product", "optionValues"}, at=AT),
    adapter=SyliusVariants,
)
