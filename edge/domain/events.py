"""The facts a box records: past tense, appended once, never changed.

A body carries no personal data: a mail address or phone number travels beside its event as a sealed blob
(`docs/protocol.md`), and the event's envelope holds only the hash of that blob.
A field added later needs a default, so that old bodies still decode; a field is never renamed or removed.
"""

from dataclasses import dataclass
from typing import Literal

from edge.domain.article import Item
from edge.domain.basket import Fulfilment, Line
from edge.domain.consent import Consent
from edge.domain.reservation import Answer

Channel = Literal["mail", "sms"]
"""How somebody wants to be written to."""


@dataclass(frozen=True, kw_only=True)
class VisitStarted:
    """Somebody began to use a station. A visit is anonymous; it ends when they are done or walk away."""

    visit: str
    station: str
    language: str


@dataclass(frozen=True, kw_only=True)
class VisitEnded:
    visit: str
    station: str
    reason: Literal["done", "idle", "sent", "restart"]


Way = Literal["code", "list", "tag"]
"""How a visit came to another station: its code was scanned, the station was chosen, the shopper's card was held up."""


@dataclass(frozen=True, kw_only=True)
class VisitHandedOver:
    """The visit went on at station `to`, with its basket; `station` forgot it."""

    visit: str
    basket: str
    station: str
    to: str
    via: Way


@dataclass(frozen=True, kw_only=True)
class ProductScanned:
    """A reader read the code of a known article. `code` is the text read, `symbology` names how ("ean13", "ndef" …)."""

    visit: str
    station: str
    reader: str
    symbology: str
    code: str
    item: Item


@dataclass(frozen=True, kw_only=True)
class CodeNotRecognised:
    """A reader read something that leads to no article. It never creates one."""

    visit: str
    station: str
    reader: str
    symbology: str
    code: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ProductViewed:
    visit: str
    station: str
    item: Item


@dataclass(frozen=True, kw_only=True)
class ProductsSearched:
    visit: str
    station: str
    query: str
    results: int


@dataclass(frozen=True, kw_only=True)
class SearchResultChosen:
    """Of what `query` found, `results` products, the shopper opened the one at `position`, counted from 1."""

    visit: str
    station: str
    query: str
    results: int
    position: int
    item: Item


@dataclass(frozen=True, kw_only=True)
class LineAdded:
    """`quantity` more of `item` lie in the basket, at the unit price the item carries. `store`: where it is collected,
    if not here."""

    basket: str
    visit: str
    station: str
    item: Item
    quantity: int
    fulfilment: Fulfilment
    store: str = ""


@dataclass(frozen=True, kw_only=True)
class LineChanged:
    """The line of `item.sku` now has this quantity and fulfilment, and this other store where it is collected."""

    basket: str
    visit: str
    station: str
    item: Item
    quantity: int
    fulfilment: Fulfilment
    store: str = ""


@dataclass(frozen=True, kw_only=True)
class LineRemoved:
    basket: str
    visit: str
    station: str
    item: Item
    quantity: int


@dataclass(frozen=True, kw_only=True)
class BasketSent:
    """The shopper asked for the basket by mail or text message. The address is the event's sealed blob."""

    basket: str
    visit: str
    station: str
    channel: Channel
    language: str
    lines: tuple[Line, ...]
    consents: tuple[Consent, ...]


@dataclass(frozen=True, kw_only=True)
class BasketShared:
    """The basket was shown as a code that holds it (`edge.codes.shared_basket`), for the shopper's phone to take. The
    code names this event as the last one it includes."""

    basket: str
    visit: str
    station: str
    via: Literal["qr"]
    language: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class BackInStockAsked:
    """Somebody wants to be told when `item`, sold out at this store, is there again. The address is the event's sealed
    blob; `consent` is to this alone."""

    visit: str
    station: str
    channel: Channel
    language: str
    item: Item
    consent: Consent


@dataclass(frozen=True, kw_only=True)
class SigningKeyMade:
    """The box signs what it shows with a key of its own; `public` is the half to check it with, 64 hex digits."""

    public: str


@dataclass(frozen=True, kw_only=True)
class ArticleCount:
    """So many pieces of one article."""

    sku: str
    quantity: int


@dataclass(frozen=True, kw_only=True)
class StockCounted:
    """The store counted some of its articles: absolute numbers, of the moment the event bears. What an event does not
    name was not counted by it. What staff counted says who it was, where, and why the numbers were put right."""

    source: Literal["rfid", "staff"]
    counts: tuple[ArticleCount, ...]
    staff: str = ""
    station: str = ""
    reason: Literal["", "count", "found", "damage", "sold"] = ""


@dataclass(frozen=True, kw_only=True)
class StaffSignedIn:
    """`staff` is the member's id on this box's list: it says nothing of the person."""

    staff: str
    station: str


@dataclass(frozen=True, kw_only=True)
class StaffSignedOut:
    staff: str
    station: str
    reason: Literal["done", "idle", "restart", "removed"]


@dataclass(frozen=True, kw_only=True)
class StaffRefused:
    """Somebody was not let in. `staff` is whose badge it was, "" where nobody's."""

    staff: str
    station: str
    reason: Literal["unknown-badge", "wrong-pin", "locked"]


@dataclass(frozen=True, kw_only=True)
class LineGathered:
    """Staff fetched it from the shelf: `quantity` pieces lie ready now (0: put back)."""

    staff: str
    station: str
    basket: str
    item: Item
    quantity: int


@dataclass(frozen=True, kw_only=True)
class LineSubstituted:
    """`quantity` of `item` took the place of the line of `sku` in a basket that is being gathered."""

    staff: str
    station: str
    basket: str
    sku: str
    item: Item
    quantity: int


@dataclass(frozen=True, kw_only=True)
class BasketPurchased:
    """Staff marked these lines of a basket as paid for: all of them, or, where the rest stays open, a part."""

    staff: str
    station: str
    basket: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class BasketReleased:
    """Nobody waits for the basket any more; `staff` is "" where its time was over ("expired")."""

    staff: str
    station: str
    basket: str
    reason: Literal["put-back", "expired"]


@dataclass(frozen=True, kw_only=True)
class ArticleReserved:
    """Staff asked `store`, another one, to put `quantity` of `item` aside until `until` (ms since 1970, by the box's
    clock). Whoever comes for it has the pick-up code of `reservation`, as of a basket with that id."""

    reservation: str
    staff: str
    station: str
    store: str
    item: Item
    quantity: int
    until: int


@dataclass(frozen=True, kw_only=True)
class ReservationReleased:
    """Whoever wanted it does not any more, says the store that had asked for it."""

    reservation: str
    staff: str
    station: str


@dataclass(frozen=True, kw_only=True)
class ReservationAnswered:
    """The store that was asked says how it stands; `staff` and `station` are "" where nobody there did anything."""

    reservation: str
    staff: str
    station: str
    answer: Answer


@dataclass(frozen=True, kw_only=True)
class CouponRedeemed:
    """A single-use code lies in the basket, as far as the box can tell: HQ says whether it counts. `coupon` is its name
    (`edge.domain.coupon`), from which nobody finds the code; `staff` is who did it, "" for the shopper."""

    basket: str
    visit: str
    station: str
    coupon: str
    campaign: str
    staff: str = ""


WhyReleased = Literal["removed", "replaced", "left", "put-back", "expired"]


@dataclass(frozen=True, kw_only=True)
class CouponReleased:
    """What the event `redemption` said came to nothing: the code is good again. "left": the visit ended with nothing
    sent; "expired": nobody came for the basket in time."""

    basket: str
    station: str
    coupon: str
    redemption: str
    reason: WhyReleased
    staff: str = ""


@dataclass(frozen=True, kw_only=True)
class HelpAsked:
    """Somebody at `station` wants a member of staff; `visit` is "" where nobody had touched it before."""

    help: str
    visit: str
    station: str


@dataclass(frozen=True, kw_only=True)
class HelpAnswered:
    """`staff`, at the staff's `station`, is on their way."""

    help: str
    staff: str
    station: str


WhyEnded = Literal["helped", "taken-back", "expired"]


@dataclass(frozen=True, kw_only=True)
class HelpEnded:
    """`station` is the shopper's; `staff` is who said that they were helped, else ""."""

    help: str
    staff: str
    station: str
    reason: WhyEnded


@dataclass(frozen=True, kw_only=True)
class CatalogueTurned:
    """The box now answers from another catalogue version. HQ learns from it which store runs which version."""

    epoch: int
    n: int


@dataclass(frozen=True, kw_only=True)
class VersionRefused:
    """HQ, or somebody who claims to be it, announced a version of a feed that must not be used; the box keeps what it
    has. `version` is "epoch.n", "" where it could not be read; `reason` is in words, for whoever looks after the boxes.
    """

    feed: str
    version: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class DirectivesTaken:
    """The box has carried out what HQ directed up to version (`epoch`, `n`), but for those of the ids `refused`, which
    it does not understand. It says so again whenever it starts: HQ then tells it what a replaced box lacks."""

    epoch: int
    n: int
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ActionEnded:
    """What somebody at HQ asked of this box is done, or could not be; then `why` says so to whoever asked."""

    action: str
    done: bool
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class LogOpened:
    """The box goes on under a new log id: the first event there. What HQ lacked of the log before follows, same ids.

    `forked_at` is the first number of log `previous` that HQ does not have as it stood there: it has another event
    under it ("fork": a copied card, a database rolled back), the box is another machine ("machine"), or the event was
    damaged on the box's disk ("damage").
    """

    previous: str
    forked_at: int
    why: Literal["fork", "machine", "damage"]


Event = (
    VisitStarted
    | VisitEnded
    | VisitHandedOver
    | ProductScanned
    | CodeNotRecognised
    | ProductViewed
    | ProductsSearched
    | SearchResultChosen
    | LineAdded
    | LineChanged
    | LineRemoved
    | BasketSent
    | BasketShared
    | BackInStockAsked
    | SigningKeyMade
    | StockCounted
    | StaffSignedIn
    | StaffSignedOut
    | StaffRefused
    | LineGathered
    | LineSubstituted
    | BasketPurchased
    | BasketReleased
    | ArticleReserved
    | ReservationReleased
    | ReservationAnswered
    | CouponRedeemed
    | CouponReleased
    | HelpAsked
    | HelpAnswered
    | HelpEnded
    | CatalogueTurned
    | VersionRefused
    | DirectivesTaken
    | ActionEnded
    | LogOpened
)

KINDS: dict[str, type[Event]] = {kind.__name__: kind for kind in Event.__args__}
"""Every kind by the name its envelope carries."""
