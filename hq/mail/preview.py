"""A mail as it would look now, of a real basket or a made-up one: composed as those that leave, and sent to nobody."""

from dataclasses import dataclass, replace
from email.message import EmailMessage

from sqlalchemy import Connection

from edge.catalogue import Catalogue
from edge.domain import coupon
from edge.domain.article import Store
from edge.domain.basket import ways
from edge.domain.coupon import Terms
from hq.config import MESSAGE_OF
from hq.coupons.terms import all_terms
from hq.coupons.whose import Open
from hq.coupons.wording import Offered, offered
from hq.journeys.rules import DAY, HOUR
from hq.links import Links
from hq.live.article import LiveArticle, best_of
from hq.live.basket import LiveBasket, LiveLine, live_basket
from hq.mail.compose import compose
from hq.mail.letter import BASKETS, Evening, letter
from hq.service import Hq
from hq.theme import Theme

TEMPLATES = ("mail", *MESSAGE_OF.values(), "back")
"""Sections of the words that say why a mail is written."""
NOBODY = "somebody@example.invalid"
SAMPLE, OF_SAMPLE = "0" * 32, 3
"""The id of the made-up basket, which no link opens, and its articles."""


@dataclass(frozen=True, kw_only=True)
class Preview:
    subject: str
    headers: tuple[tuple[str, str], ...]
    html: str
    text: str


def preview(hq: Hq, theme: Theme, template: str, basket: LiveBasket, links: Links) -> Preview:
    """`template` is one of TEMPLATES. `links` lead to HQ as whoever looks reaches it. What goes with it is shown, as to
    those who allow it."""
    if template != "mail":  # what is bought is written about no more
        basket = replace(basket, lines=tuple(line for line in basket.lines if line.open))
    if template == "back":
        basket = replace(basket, lines=basket.lines[:1])
    if template in ("invitation", "reward"):
        basket = replace(basket, lines=())
    if template not in BASKETS:
        basket = replace(basket, goes_with=(), shop_id="")
    values = letter(
        basket,
        about=template,
        mail=SAMPLE,
        theme=theme,
        links=links,
        page=links.basket(SAMPLE),
        at=hq.clock(),
        zone=hq.config.shop.timezone,
        marketing=True,
        evening=_evening(hq, basket) if template == "invitation" else None,
        offer=_offer(hq, basket.language) if template == "reward" else None,
    )
    message_id = f"<preview.{SAMPLE}@{hq.config.mail.domain}>"
    return _taken_apart(compose(values, sender=hq.config.mail.sender, to=NOBODY, message_id=message_id, at=hq.clock()))


def _offer(hq: Hq, language: str) -> Offered:
    """A code that is nobody's, of the campaign for friends where there is one."""
    declared = all_terms(hq.config)
    terms = declared.get(hq.config.friends.coupon, Terms(campaign="", percent=10))
    one = Open(code=coupon.code(0), until=hq.clock() + 7 * DAY, terms=terms, basket=None)
    return offered(one, language, hq.config.shop.timezone)


def _evening(hq: Hq, basket: LiveBasket) -> Evening:
    """A made-up event of the basket's store, a week from now."""
    begins = hq.clock() + 7 * DAY
    zone = basket.store.time_zone or hq.config.shop.timezone
    times = (begins, begins + 2 * HOUR)
    return Evening(title=basket.store.name, text="…", begins=times[0], ends=times[1], zone=zone, url=hq.public_url)


def basket_of(hq: Hq, reading: Connection, basket: str, language: str) -> LiveBasket | None:
    """The basket of that id, or the made-up one of "". None where there is none, or no catalogue yet."""
    catalogue = hq.catalogue()
    if catalogue is None:
        return None
    return live_basket(reading, catalogue, basket, language) if basket else sample(catalogue, language)


def sample(catalogue: Catalogue, language: str) -> LiveBasket:
    """Of the best known articles, at the first store there is."""
    store = next(iter(catalogue.stores()), Store(id="web", name="Web"))
    best = (best_of(catalogue, hit.id, language, store.id) for hit in catalogue.find("", language, 4 * OF_SAMPLE, 0))
    articles = [article for article in best if article]
    return LiveBasket(
        id=SAMPLE,
        shop_id=SAMPLE,
        profile=None,
        language=language,
        store=store,
        lines=tuple(_line(article, place) for place, article in enumerate(articles[:OF_SAMPLE])),
        goes_with=tuple(articles[OF_SAMPLE : 2 * OF_SAMPLE]),
    )


def _line(article: LiveArticle, place: int) -> LiveLine:
    return LiveLine(
        sku=article.sku,
        name=article.name,
        traits=article.traits,
        quantity=1,
        fulfilment=ways(article.variant)[0],
        added_at=article.price,
        article=article,
        bought=False,
        position=place,
    )


def _taken_apart(message: EmailMessage) -> Preview:
    html, text = message.get_body(("html",)), message.get_body(("plain",))
    return Preview(
        subject=str(message["Subject"]),
        headers=tuple((name, str(value)) for name, value in message.items()),
        html=html.get_content() if html else "",
        text=text.get_content() if text else "",
    )
