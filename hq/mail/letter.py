"""What stands in the mail of a basket: the values for its templates, in the words of one language."""

from dataclasses import dataclass
from typing import Any

from edge.domain import pickup
from edge.domain.money import Money
from hq.coupons.wording import Offered
from hq.links import Links
from hq.live.article import LiveArticle
from hq.live.availability import Note, notes
from hq.live.basket import LiveBasket, LiveLine
from hq.theme import Theme
from hq.words import Words, count_of, words
from hq.words.format import moment, money, span, sums
from hq.words.hours import opening_hours

MOST_LINES = 12
"""Gmail clips a mail at 102 KB; the basket page shows the rest."""
BASKETS = ("mail", "reminder")
"""What is about a whole basket, and so has a sum."""
PICTURE, SMALL = 600, 324
"""Widths in pixels: twice what is shown."""


@dataclass(frozen=True, kw_only=True)
class Evening:
    """A store's event, in the words of one language; times in ms, `zone` the store's."""

    title: str
    text: str
    begins: int
    ends: int
    zone: str
    url: str


def letter(
    basket: LiveBasket,
    *,
    about: str = "mail",
    mail: str,
    theme: Theme,
    links: Links,
    page: str,
    at: int,
    zone: str,
    marketing: bool,
    profiling: bool = False,
    evening: Evening | None = None,
    offer: Offered | None = None,
) -> dict[str, Any]:
    """`about`: the section of the words that says why it is written. `page`: where it leads. `marketing`: whether this
    person may be shown what they did not ask for, such as what goes with it. `profiling`: whether it may be noted that
    they opened it. `offer`: the single-use code in it."""
    say, lines = words(basket.language, basket.store.id), basket.lines[:MOST_LINES]
    time, total = moment(at, basket.language, zone), sums(basket.totals, basket.language)
    named = evening.title if evening else basket.lines[0].name if basket.lines else ""
    first = " ".join(named.split())
    return {
        "say": say,
        "language": basket.language,
        "shop": theme.name,
        "css": theme.css,
        "dark": theme.dark,
        "tones": _tones(theme),
        "logo": links.logo,
        "subject": say(f"{about}.subject", shop=theme.name, name=first),
        "preview": say(
            f"{about}.preview", count=count_of(say, basket.count), total=total, name=first, store=basket.store.name
        ),
        "heading": say(f"{about}.heading"),
        "intro": say(f"{about}.intro", store=basket.store.name, time=time),
        "why": say(f"{about}.why", store=basket.store.name),
        "open": say(f"{about}.open", name=first),
        "store": basket.store,
        "store_label": say("invitation.where") if evening else say("mail.your_store"),
        "place": basket.place,
        "hours": opening_hours(basket.store.hours, basket.language),
        "evening": _evening(evening, basket.language) if evening else None,
        "lines": [_line(line, basket, theme, links, _url(line, about, links, page), say) for line in lines],
        "more": len(basket.lines[MOST_LINES:]),
        "total": total if about in BASKETS else "",
        "stock_note": say("stock.as_of", time=moment(basket.counted, basket.language, zone)) if basket.counted else "",
        "goes_with": [_beside(item, basket, links) for item in basket.goes_with] if marketing else [],
        "offer": offer,
        "code": pickup.spelled(pickup.code(basket.shop_id)) if basket.shop_id else "",
        "open_url": page,
        "pixel": links.opened(mail) if profiling else "",
        "preferences_url": links.preferences(mail),
        "unsubscribe_url": links.unsubscribe(mail),
    }


def _evening(evening: Evening, language: str) -> dict[str, Any]:
    return {
        "title": evening.title,
        "when": span(evening.begins, evening.ends, language, evening.zone),
        "paragraphs": [part for part in map(str.strip, evening.text.split("\n\n")) if part],
    }


def _url(line: LiveLine, about: str, links: Links, page: str) -> str:
    """A basket's lines lead to its page, what is offered each to its own."""
    return page if about in BASKETS or line.article is None else links.article(line.article) or page


def _tones(theme: Theme) -> dict[str, str]:
    return {tone: theme.css[tone] for tone in ("here", "few", "gone")} | {"web": theme.css["muted"]}


def _line(line: LiveLine, basket: LiveBasket, theme: Theme, links: Links, page: str, say: Words) -> dict[str, Any]:
    pieces = say("line.quantity", n=line.quantity) if line.quantity > 1 else ""
    return {
        "name": line.name,
        "detail": " · ".join(part for part in (theme.looks(line.traits, basket.language), pieces) if part),
        "picture": links.picture(line.picture, PICTURE),
        "url": page,
        "total": money(line.total, basket.language),
        "was": money(line.was.times(line.quantity), basket.language) if line.was else "",
        "price_note": _price_note(line, basket.language, say),
        "notes": _notes(line, basket, say),
        "fulfilment": _way(line, basket, say),
    }


def _way(line: LiveLine, basket: LiveBasket, say: Words) -> str:
    store = line.collect_at or basket.store
    return say(f"line.{line.fulfilment}", store=store.name) if line.open and line.fulfilment else ""


def _price_note(line: LiveLine, language: str, say: Words) -> str:
    def worded(key: str, price: Money) -> str:
        return say(key, price=money(price, language))

    each = [worded("line.each", line.price)] if line.quantity > 1 else []
    changed = [worded("line.changed", line.added_at)] if line.added_at != line.price else []
    return " · ".join(each + changed)


def _notes(line: LiveLine, basket: LiveBasket, say: Words) -> list[Note]:
    if line.bought:
        return [Note(tone="here", text=say("line.bought"))]
    if line.article is None:
        return [Note(tone="gone", text=say("line.unlisted"))]
    return notes(line.article, basket.store, say)


def _beside(article: LiveArticle, basket: LiveBasket, links: Links) -> dict[str, str]:
    return {
        "name": article.name,
        "price": money(article.price, basket.language),
        "picture": links.picture(article.variant.picture, SMALL),
        "url": links.article(article) or links.basket(basket.id),
    }
