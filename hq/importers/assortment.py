"""Offers and styles, checked, into the catalogue: the second half of every platform's adapter."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from edge.domain.article import WEB, Product, Stock, Variant, ZonePrice
from edge.domain.money import Money
from hq.importers.awaited import Awaited
from hq.importers.cells import (
    LARGEST_AMOUNT,
    LONGEST_STORY,
    LONGEST_TITLE,
    LONGEST_WORDS,
    BadCell,
    currency_of,
    decimals_of,
    money,
    sku_of,
    whole,
)
from hq.importers.desk import Currencies, Desk, Gtins, Repeats
from hq.importers.offer import OWN, Offer, Priced, Style
from hq.importers.options import size_and_colour
from hq.importers.text import clean, plain, told
from hq.importers.wording import LONGEST_ID, bounded, facts, keywords, path

EXACT = re.compile(r"\d{1,15}(\.\d{1,30})?")


class Assortment:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._gtins = Gtins(desk)
        self._repeats = Repeats(desk.scratch)
        self._awaited = Awaited(desk.scratch)
        self._currencies = Currencies(desk)

    def knows(self, product_id: str) -> bool:
        """Whether the product came before, in this import or an earlier one."""
        return self._held(product_id) is not None

    def await_variants(self, style: Style) -> None:
        """Keep what a row without a variant of its own says of its product, until a variant is taken."""
        self._awaited.keep(self._product(style))

    def product(self, style: Style) -> None:
        """Put a product. What the style does not say stays as it was."""
        product = self._product(style)
        self.desk.remark_on(product)
        self.desk.articles.put(style.id, "", product)

    def translate(self, held: Product, language: str, title: str, story: str) -> None:
        """What a product is called in one more language."""
        named, tells = {**held.title, language: self._title(title)}, self._story(story)
        told_in = {**held.story, language: tells} if tells else held.story
        self.desk.speaks(language)
        self.desk.articles.put(held.id, "", replace(held, title=named, story=told_in))

    def also_costs(self, variant: Variant, said: Priced, zone: str = "") -> None:
        """One more price of a variant that is there. Without a zone it is told by its currency: HQ's own becomes the
        price, and what stood there its currency's."""
        price = self.amount(said)
        zones, own = dict(variant.zones), variant.price
        if not zone and price.currency == self.desk.currency != own.currency:
            zones[own.currency.lower()] = ZonePrice(price=own, was=variant.was)
            changed = replace(variant, price=price, was=None, zones=zones)
        else:
            zones[zone or price.currency.lower()] = ZonePrice(price=price)
            changed = replace(variant, zones=zones)
        self.desk.articles.put(variant.sku, variant.product_id, changed)

    def article(self, row: int, cells: Mapping[str, Any], style: Style | None, offer: Offer) -> bool:
        """Put a variant and, where its product was not met yet, the product; False where the row is a repeat. Of a
        row that is refused for its variant the product is kept for its next variant, and what is live as it is."""
        product: Product | None = None
        try:
            product = None if self.desk.scratch.met(offer.product_id) else self._first(offer.product_id, style)
            variant = self._variant(offer)
            is_new = self._repeats.is_new(row, offer.sku, cells)
        except BadCell:
            self.desk.articles.refuse(offer.sku)
            if product is not None:
                self._awaited.keep(product)
            raise
        if not is_new:
            return False
        if product is not None:
            self.desk.remark_on(product)
            self.desk.articles.put(product.id, "", product)
        place = self.desk.scratch.next_place(offer.product_id)
        self._put(replace(variant, position=place if offer.position is None else offer.position), offer)
        return True

    def articles(self, row: int, cells: Mapping[str, Any], style: Style, offers: Sequence[Offer]) -> bool:
        """A product with all its variants in one row. Variants that are wrong are named in warnings; where all are,
        the row is rejected. The first says all of the row that repeats tell apart."""
        refused: list[BadCell] = []
        taken: list[bool] = []
        for offer in offers:
            try:
                taken.append(self.article(row, {"said": repr((style, offer))}, style, offer))
            except BadCell as bad:
                refused.append(bad)
        if not taken:
            raise refused[0] if refused else BadCell("variants", "it has no variant that could be sold", "add one")
        for one in refused:
            self.desk.warn(one.field, one.reason, f"{one.hint}; its other variants are taken")
        return any(taken)

    def withdraw(self, sku: str) -> None:
        """Take back a variant that stood for its product until others came."""
        self.desk.articles.drop(Variant, sku)
        self._gtins.release(sku)

    def _held(self, product_id: str) -> Product | None:
        return self._awaited.of(product_id) or self.desk.articles.get(Product, product_id)

    def _first(self, product_id: str, style: Style | None) -> Product:
        """What is known of the product at its first variant. Raises BadCell where it would have no title."""
        if style is not None:
            return self._product(style)
        if (held := self._held(product_id)) is None:
            raise BadCell("title", f"no row of {product_id} before this one has a title", "put the product's row first")
        return held

    def _put(self, variant: Variant, offer: Offer) -> None:
        desk = self.desk
        if offer.price is not None:
            desk.priced(variant.price)
            self._currencies.look_at(variant.price)
        picture, more = desk.pictured(offer.pictures, offer.sku)
        link = desk.link(offer.link)
        shown = replace(variant, picture=picture, more_pictures=more, link=link)
        desk.articles.put(offer.sku, offer.product_id, self._gtins.numbered(shown, offer.gtins))
        self._stock(offer)

    def _stock(self, offer: Offer) -> None:
        if offer.quantity:
            try:
                counted, source = max(0, whole(offer.quantity, "quantity")), "feed"
            except BadCell as bad:
                self.desk.warn(bad.field, bad.reason, bad.hint)
                return
        elif offer.available is not None:
            counted, source = int(offer.available), "availability"
        else:
            return
        value = Stock(sku=offer.sku, store=WEB, quantity=counted, as_of=self.desk.now, source=source)
        self.desk.articles.put(f"{offer.sku}@{WEB}", offer.sku, value)

    def _variant(self, offer: Offer) -> Variant:
        sku_of({"sku": offer.sku})
        price = self._price(offer)
        was = self._was(offer, price)
        size, colour = size_and_colour(offer.options)
        return Variant(
            sku=offer.sku,
            product_id=bounded("product_id", offer.product_id, LONGEST_ID),
            price=price,
            was=was,
            size=bounded("size", clean(size), LONGEST_WORDS),
            colour=bounded("colour", clean(colour), LONGEST_WORDS),
            colour_code=bounded("colour_code", offer.colour_code, LONGEST_WORDS),
            web_only=offer.web_only,
            zones=self._zones(offer, price),
        )

    def _price(self, offer: Offer) -> Money:
        if offer.price is not None:
            return self.amount(offer.price)
        held = self.desk.articles.get(Variant, offer.sku)
        if held is not None and held.price.amount:
            return held.price
        hint = "import a price list (sku, price): the price it gives stays when this file is imported again"
        self.desk.warn("price", "this format has no prices, so it is 0 for now", hint)
        return Money(amount=0, currency=currency_of(self.desk.currency))

    def _was(self, offer: Offer, price: Money) -> Money | None:
        if offer.was is None or not offer.was.text:
            return None
        try:
            was = self.amount(offer.was, "was")
        except BadCell as bad:
            self.desk.warn(bad.field, bad.reason, bad.hint)
            return None
        if was.currency == price.currency and was.amount > price.amount:
            return was
        if was.amount and was.currency == price.currency and was.amount < price.amount:
            self.desk.warn("was", f"{offer.was.text} before is not above the price", "it is left out; correct it")
        return None

    def _zones(self, offer: Offer, price: Money) -> dict[str, ZonePrice]:
        zones: dict[str, ZonePrice] = {}
        for zone, said in offer.zones.items():
            try:
                there = self.amount(said, f"price of {zone[:40]}")
            except BadCell as bad:
                self.desk.warn(bad.field, bad.reason, bad.hint)
                continue
            if there != price:
                zones[zone[:LONGEST_ID]] = ZonePrice(price=there)
        return zones

    def amount(self, said: Priced, field: str = "price") -> Money:
        """The amount of money. Raises BadCell."""
        if not said.text:
            raise BadCell(field, f"{field} is missing", f"fill in {field}; every article needs one")
        currency = currency_of(said.currency or self.desk.currency)
        if not EXACT.fullmatch(said.text) or (len(said.text.partition(".")[2]) == 3 and not said.exact):
            return money(said.text, currency, field)
        minor = Decimal(said.text) if said.minor else Decimal(said.text).scaleb(decimals_of(currency))
        rounded = int(minor.quantize(Decimal(1), ROUND_HALF_UP))
        if rounded != minor:
            self.desk.warn(field, f"{said.text} has more decimals than {currency}", "nothing, if rounding it is right")
        if rounded > LARGEST_AMOUNT:
            raise BadCell(field, f"{said.text} is too large", "write what one piece costs")
        return Money(amount=rounded, currency=currency)

    def _product(self, style: Style) -> Product:
        held = self._held(style.id)
        title = {self._language(tag): self._title(text) for tag, text in style.title.items() if plain(text)}
        if not title and not (held and held.title):
            raise BadCell("title", "the product has no name", "fill in its title")
        story = {self._language(tag): self._story(text) for tag, text in style.story.items()}
        return Product(
            id=bounded("product_id", style.id, LONGEST_ID),
            brand=bounded("brand", plain(style.brand), LONGEST_WORDS),
            category=bounded("category", path(style.category), LONGEST_WORDS),
            title={**(held.title if held else {}), **title},
            story={**(held.story if held else {}), **{tag: text for tag, text in story.items() if text}},
            goes_with=tuple(dict.fromkeys(style.goes_with)) or (held.goes_with if held else ()),
            popularity=style.popularity if style.popularity is not None else held.popularity if held else 0,
            facts=facts(style.facts),
            keywords=keywords(style.keywords),
        )

    def _language(self, tag: str) -> str:
        if tag in (OWN, self.desk.language):
            return self.desk.language
        self.desk.speaks(tag)
        return tag

    def _title(self, text: str) -> str:
        return bounded("title", " ".join(plain(text).split()), LONGEST_TITLE)

    def _story(self, text: str) -> str:
        story = told(text)
        return bounded("description", story, LONGEST_STORY)
