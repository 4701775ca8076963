"""What a station can show. A screen is a value: a row holds it, the hub carries it, the kiosk renders it."""

from dataclasses import dataclass
from typing import Literal

import msgspec

from edge.domain.basket import Line
from edge.domain.counting import Reason
from edge.domain.events import Channel

Notice = Literal["", "added", "in-basket", "genuine", "scan-not-recorded", "will-tell", "reserved"]
""""genuine": a secure tag's signature was right, and its counter new; "will-tell": it is told when it is back;
"reserved": another store puts it aside."""
Purpose = Literal["count", "labels"]
"""Of a list that staff makes by scanning: pieces counted, or labels to be printed."""


class Attract(msgspec.Struct, frozen=True, tag="attract"):
    """Nobody is here: the invitation."""


class Article(msgspec.Struct, frozen=True, kw_only=True, tag="article"):
    """The product of variant `sku`, that variant chosen."""

    sku: str
    notice: Notice = ""
    sheet: bool = False
    """What there is to do where it is sold out lies open."""
    elsewhere: str = ""
    """Staff: the store where it may be reserved, to be confirmed."""
    pieces: int = 1
    """So many of them."""


class Browse(msgspec.Struct, frozen=True, kw_only=True, tag="browse"):
    """Articles of a category, or those a query finds, or (neither given) the best known; of these what was chosen."""

    category: str = ""
    query: str = ""
    brands: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    price: str = ""
    """A range of minor units, both ends within: "5000-9999"."""
    places: tuple[str, ...] = ()
    """Of "here", "nearby", "web"."""
    typing: bool = False
    """The last word of the query may be half of one."""
    heading: str = ""
    """Which list of choices lies open (`edge.catalogue.facets.HEADINGS`)."""


class TellMe(msgspec.Struct, frozen=True, kw_only=True, tag="tell-me"):
    """Where shall we write to when `sku` is back?"""

    sku: str


class BasketScreen(msgspec.Struct, frozen=True, kw_only=True, tag="basket"):
    """What is in the basket. `removed` was taken out of it a moment ago, and can be put back."""

    removed: Line | None = None


class Send(msgspec.Struct, frozen=True, kw_only=True, tag="send"):
    """Where should the basket go? `code` is the address that holds the basket itself, shown as a QR for a phone to
    open, "" where there is none: `too_large` then says that the basket is more than a code holds."""

    code: str = ""
    too_large: bool = False


class Sent(msgspec.Struct, frozen=True, kw_only=True, tag="sent"):
    """The basket is on its way; `online` is false while the line to HQ is down."""

    online: bool
    channel: Channel = "mail"


class Welcome(msgspec.Struct, frozen=True, kw_only=True, tag="welcome"):
    """A loyalty card or tag was held up. Whose it is does not stand here, for a screen is written down: `Shop.greeting`
    says what may be shown. `back` is the sku of the article that was shown before, "" for none; `found` is how many
    articles lay in the basket here before the card came."""

    back: str = ""
    found: int = 0


class Whose(msgspec.Struct, frozen=True, kw_only=True, tag="whose"):
    """A card was held up while a basket was open that may be somebody else's: go on with it, or with one's own?
    `holder` is the card's name here (`edge.shop.holders`)."""

    holder: str


class HandOver(msgspec.Struct, frozen=True, kw_only=True, tag="hand-over"):
    """Where should this visit go on? `code` is what another station scans for it, good until `ends` (ms since 1970)."""

    code: str
    ends: int


class Unknown(msgspec.Struct, frozen=True, kw_only=True, tag="unknown"):
    """A code that leads to no article: what was read, and why it leads nowhere.

    `reason` is the key of the words for it: unknown-code, not-an-article, not-a-code, bad-check-digit, of a
    secure tag tag-forged (its signature is wrong) and tag-copied (its message was heard before), or the reader's own
    tag-empty, tag-foreign, tag-damaged, tag-torn, tags-many, barcode-torn, barcode-long. Of another screen's visit
    (`edge.shop.handing`): hand-over-done, screen-in-use, sign-in-first, storage-full. A staff badge: badge-here. A
    single-use code that is not good: coupon-mistyped, coupon-unknown, coupon-used, coupon-early, coupon-over,
    coupon-elsewhere.
    """

    code: str
    reason: str


class Queue(msgspec.Struct, frozen=True, tag="queue"):
    """Staff: the baskets to gather and to hand over."""


class Gather(msgspec.Struct, frozen=True, kw_only=True, tag="gather"):
    """Staff: one of them."""

    basket: str


class Tally(msgspec.Struct, frozen=True, kw_only=True, tag="tally"):
    """Staff: the list that is being made by scanning. `reason` is why counts are put right."""

    purpose: Purpose
    reason: Reason = "count"


class Encode(msgspec.Struct, frozen=True, kw_only=True, tag="encode"):
    """Staff: tags for this article are written, one after the other; with `lock` for good."""

    sku: str
    lock: bool = False


OfShoppers = Attract | Article | TellMe | Browse | BasketScreen | Send | Sent | HandOver | Unknown | Welcome | Whose
Screen = OfShoppers | Queue | Gather | Tally | Encode


@dataclass(frozen=True)
class CatalogueChanged:
    """Another catalogue version is in use: whatever is shown is to be shown again."""


def encode_screen(screen: Screen) -> str:
    return msgspec.json.encode(screen).decode()


def decode_screen(doc: str) -> Screen:
    screen: Screen = msgspec.json.decode(doc, type=Screen)
    return screen
