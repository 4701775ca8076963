"""HQ's tables (SQLAlchemy Core; SQLite on one machine, PostgreSQL beyond).

Times are milliseconds since 1970, UTC. Ids are lower-case hex. A person's own values are encrypted under the key of
that person (`person_key`), so that erasing the key and the rows erases the person.
"""

from collections.abc import Iterator

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()


def _time(name: str, *, null: bool = False, comment: str | None = None) -> "Column[int]":
    return Column(name, BigInteger, nullable=null, comment=comment)


def _steps() -> "Iterator[Column[int]]":
    """Of the baskets of a day: how many, and of how many of them each is true."""
    for name in ("sent", "read", "opened", "bought"):
        yield Column(name, BigInteger, nullable=False)


# ---- the logs of the boxes ------------------------------------------------------------------------------------------

log = Table(
    "log",
    metadata,
    Column("log_id", String(32), primary_key=True),
    Column("store", String(32), nullable=False),
    Column("mark", BigInteger, nullable=False, comment="highest contiguous number applied"),
    Column("mark_hash", String(64), nullable=False),
    _time("first_received"),
    _time("last_received"),
    Column("skew", BigInteger, nullable=False, default=0, comment="box clock minus HQ clock, ms, latest batch"),
    Column("trim_to", BigInteger, nullable=False, default=0, comment="the box may forget its events up to this one"),
    Column("backed_up", BigInteger, nullable=False, default=0, comment="the mark in the newest verified backup"),
    Column("follows", String(32), comment="the log that this one goes on with, after a fork or on another machine"),
    Column("follows_from", BigInteger, comment="the first number there that it does not go on with"),
    Column("followed_from", BigInteger, comment="from this number on another log goes on in its stead"),
    _time("rivalled", null=True, comment="when it last went on all the same: two boxes speak for one store"),
)
event = Table(
    "event",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("log_id", String(32), nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("store", String(32), nullable=False),
    Column("kind", String(64), nullable=False),
    _time("at"),
    _time("received"),
    Column("body", Text, nullable=False),
    Column("seal", String(64)),
    Column("origin", String(64), comment="log:n under which the event was first written, after a fork"),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("log_id", "n"),
)
quarantine = Table(
    "quarantine",
    metadata,
    Column("log_id", String(32), primary_key=True),
    Column("n", BigInteger, primary_key=True),
    Column("event_id", String(64), nullable=False),
    Column("store", String(32), nullable=False),
    Column("kind", String(64), nullable=False),
    _time("at"),
    Column("body", Text, nullable=False),
    Column("blob", LargeBinary, comment="the sealed blob, still sealed, so that a replay loses nothing"),
    Column("reason", Text, nullable=False),
    _time("received"),
    Column("seal", String(64)),
    Column("origin", String(64)),
    Column("prev", String(64), nullable=False, default=""),
    Column("hash", String(64), nullable=False, default=""),
    Index("ix_quarantine_event_id", "event_id"),
)
repeated = Table(
    "repeated",
    metadata,
    Column("log_id", String(32), primary_key=True),
    Column("n", BigInteger, primary_key=True, comment="of an event that was applied under another log or number"),
    Column("hash", String(64), nullable=False),
)
fork = Table(
    "fork",
    metadata,
    Column("log_id", String(32), primary_key=True),
    Column("n", BigInteger, primary_key=True, comment="the first number that differs"),
    Column("theirs", String(64), primary_key=True, comment='its hash there, "" where only the new log told of it'),
    Column("ours", String(64), nullable=False, comment='its hash here, "" where it is not kept'),
    Column("store", String(32), nullable=False),
    _time("at"),
    Column("healed_by", String(32), comment="the log that goes on with the other branch"),
)
gap = Table(
    "gap",
    metadata,
    Column("log_id", String(32), primary_key=True),
    Column("after", BigInteger, primary_key=True, comment="the last event before the gap"),
    Column("first", BigInteger, nullable=False, comment="the first one behind it"),
    Column("store", String(32), nullable=False),
    _time("at"),
)
admission = Table(
    "admission",
    metadata,
    Column("store", String(32), primary_key=True, comment="one that was enrolled"),
    Column("granted", Integer, nullable=False, comment="new logs that it may still open"),
)
refusal = Table(
    "refusal",
    metadata,
    Column("store", String(32), primary_key=True, comment="as the topic names it"),
    Column("count", BigInteger, nullable=False),
    Column("reason", Text, nullable=False, comment="of the latest"),
    _time("first"),
    _time("last"),
)

# ---- people ----------------------------------------------------------------------------------------------------------

profile = Table(
    "profile",
    metadata,
    Column("id", String(32), primary_key=True),
    _time("created"),
    Column("language", String(8), nullable=False),
    Column("control", Boolean, nullable=False, comment="in the standing control group"),
    Index("profile_created", "created"),
)
person_key = Table(
    "person_key",
    metadata,
    Column("profile", String(32), ForeignKey("profile.id"), primary_key=True),
    Column("key", LargeBinary, nullable=False),
)
identity = Table(
    "identity",
    metadata,
    Column("kind", String(16), primary_key=True, comment="mail, phone, card, tag, customer, cookie"),
    Column("digest", String(64), primary_key=True, comment="keyed hash of the normalised value"),
    Column("profile", String(32), ForeignKey("profile.id"), nullable=False, index=True),
    Column("value", LargeBinary, nullable=False, comment="under the profile's key; empty: HQ has but its hash"),
    _time("created"),
)
link = Table(
    "link",
    metadata,
    Column("one", String(64), primary_key=True, comment="an identity's digest"),
    Column("other", String(64), primary_key=True, comment="that of one that was named with it: each pair stands twice"),
    Column("one_kind", String(16), nullable=False),
    Column("other_kind", String(16), nullable=False),
)
ruling = Table(
    "ruling",
    metadata,
    Column("one", String(64), primary_key=True, comment="an identity's digest"),
    Column("other", String(64), primary_key=True, comment="each pair stands twice; its latest ruling holds"),
    Column("entry", String(32), primary_key=True, comment="of the journal"),
    Column("together", Boolean, nullable=False, comment="whether somebody decided that both are one person's"),
    _time("at"),
)
member = Table(
    "member",
    metadata,
    Column("digest", String(64), primary_key=True, comment="of an identity that belongs to a person of several"),
    Column("kind", String(16), nullable=False),
    Column("profile", String(32), index=True, comment="that it leads to; null where HQ has but its hash, from orders"),
    Column("person", String(32), nullable=False, index=True, comment="the profile that stands for all of them"),
)
customer = Table(
    "customer",
    metadata,
    Column("profile", String(32), ForeignKey("profile.id"), primary_key=True),
    Column("value", LargeBinary, nullable=False, comment="of the retailer's list, under the profile's key"),
    _time("told"),
)
consent = Table(
    "consent",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("profile", String(32), ForeignKey("profile.id"), nullable=False, index=True),
    Column("purpose", String(16), nullable=False),
    Column("granted", Boolean, nullable=False),
    Column("words", Text, nullable=False),
    Column("words_hash", String(64), nullable=False),
    Column("version", String(40), nullable=False),
    Column("language", String(8), nullable=False),
    Column("how", String(32), nullable=False, comment="screen, mail-link, basket-page, hq …"),
    Column("event", String(32), comment="the event that carried it, if any"),
    _time("at"),
)
suppression = Table(
    "suppression",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("reason", String(32), nullable=False, comment="unsubscribed, bounced, erased"),
    _time("at"),
)

erased = Table(
    "erased",
    metadata,
    Column("event", String(32), primary_key=True, comment="its sealed address is never opened again"),
    _time("at"),
)
decision = Table(
    "decision",
    metadata,
    Column("id", String(32), primary_key=True, comment="of the journal entry"),
    Column("kind", String(32), nullable=False),
    Column("subject", String(64), nullable=False, index=True),
    _time("at"),
    Column("body", Text, nullable=False),
)

# ---- baskets, orders, mail ----------------------------------------------------------------------------------------

basket = Table(
    "basket",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("profile", String(32), ForeignKey("profile.id"), index=True),
    Column("store", String(32), nullable=False),
    Column("station", String(64), nullable=False),
    Column("event", String(32), nullable=False, comment="the BasketSent event that made or last replaced it"),
    Column("language", String(8), nullable=False),
    _time("sent"),
    Column("shop_id", String(32), nullable=False, default="", index=True, comment="its id in the store's events"),
    Column("log_id", String(32), nullable=False, default="", comment="of that event, with its number and box's time:"),
    Column("n", BigInteger, nullable=False, default=0, comment="which of two events is the later one"),
    Column("told", BigInteger, nullable=False, default=0),
    Index("basket_sent", "sent"),
)
basket_line = Table(
    "basket_line",
    metadata,
    Column("basket", String(32), ForeignKey("basket.id"), primary_key=True),
    Column("sku", String(64), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("product_id", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("variant", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("fulfilment", String(8), nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("store", String(32), nullable=False, server_default="", comment="where it is collected, if elsewhere"),
)
shared_basket = Table(
    "shared_basket",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("store", String(32), nullable=False),
    Column("shop_id", String(32), nullable=False, comment="its id in the store's events"),
    Column("event", String(32), nullable=False, comment="the last event it includes, with the box's time of it"),
    _time("told"),
    Column(
        "log_id", String(32), nullable=False, comment="of that event, with its number; empty until the log brings it"
    ),
    Column("n", BigInteger, nullable=False),
    Column("language", String(8), nullable=False),
    Column("lines", Text, nullable=False, comment="the domain's lines as JSON, as the store has them"),
    _time("opened", null=True, comment="when a phone first opened it"),
)
shared_choice = Table(
    "shared_choice",
    metadata,
    Column("basket", String(32), primary_key=True),
    Column("sku", String(64), primary_key=True),
    Column("quantity", Integer, nullable=False, comment="as chosen on the phone; 0: taken out"),
    Column("fulfilment", String(8), nullable=False, server_default="", comment="likewise; empty: as the store told it"),
    _time("at"),
)
wish = Table(
    "wish",
    metadata,
    Column("event", String(32), primary_key=True, comment="the BackInStockAsked event that made it"),
    Column("profile", String(32), ForeignKey("profile.id"), nullable=False, index=True),
    Column("sku", String(64), nullable=False, index=True),
    Column("product_id", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("variant", Text, nullable=False),
    Column("store", String(32), nullable=False, comment="where it was sold out"),
    Column("station", String(64), nullable=False),
    Column("language", String(8), nullable=False),
    Column("channel", String(8), nullable=False, comment="mail or sms, as it was asked for"),
    _time("at"),
)
mail = Table(
    "mail",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("event", String(32), nullable=False),
    Column("kind", String(32), nullable=False, comment="one of hq.outbox, or the name of a journey"),
    Column("profile", String(32), ForeignKey("profile.id"), nullable=False, index=True),
    Column("basket", String(32), ForeignKey("basket.id")),
    Column("store", String(64), nullable=False, server_default="", comment="where that happened which it is about"),
    Column(
        "subject",
        String(64),
        nullable=False,
        server_default="",
        comment="an order's number, a store event's id, a code's",
    ),
    Column("state", String(16), nullable=False, comment="queued, sent, failed, dropped, control"),
    Column("message_id", String(255), nullable=False, comment="fixed when queued: a repeat bears the same"),
    Column("tries", Integer, nullable=False, default=0),
    _time("due"),
    _time("sent", null=True),
    Column("error", Text, nullable=False, default=""),
    UniqueConstraint("event", "kind"),
    Index("mail_due", "state", "due"),
    Index("mail_subject", "kind", "subject"),
)
order_line = Table(
    "order_line",
    metadata,
    Column("store", String(32), primary_key=True, comment="tills count for themselves: numbers repeat among stores"),
    Column("order_id", String(64), primary_key=True),
    Column("sku", String(64), primary_key=True),
    Column("quantity", Integer, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("profile", String(32), index=True, comment="null while HQ does not know the person"),
    Column("basket", String(32), index=True),
    _time("at"),
    Column("buyer", String(64), index=True, comment="digest of the mail address that the order named"),
    Column("card", String(64), index=True, comment="digest of the loyalty card that the order named"),
    Column("phone", String(64), index=True, comment="digest of the phone number that the order named"),
    Column("customer", String(64), index=True, comment="digest of the web shop's or CRM's id that the order named"),
    Column("coupon", String(20), index=True, comment="name of the single-use code that the order bore"),
    Column(
        "points",
        Integer,
        nullable=False,
        server_default="0",
        comment="the order was paid with, told by each of its lines; below 0 they were given back",
    ),
    Index("order_at", "at"),
)
web_visit = Table(
    "web_visit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("profile", String(32), nullable=False, index=True),
    Column("basket", String(32), index=True),
    Column("page", String(32), nullable=False),
    _time("at"),
)

web_event = Table(
    "web_event",
    metadata,
    Column("id", String(32), primary_key=True, comment="derived from the web shop's own: told again it counts once"),
    Column("n", Integer, primary_key=True, comment="of the article in it"),
    Column("profile", String(32), ForeignKey("profile.id"), nullable=False),
    Column("entry", String(32), nullable=False, comment="of the journal, which tells it again after a restore"),
    Column("place", Integer, nullable=False, comment="in that entry"),
    Column("shop", String(32), nullable=False),
    Column("kind", String(16), nullable=False, comment="one of hq.webapi.names"),
    Column("sku", String(64), nullable=False, comment="empty: an event about no article, such as an emptied cart"),
    Column("product_id", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("variant", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("price", BigInteger, nullable=False, comment="HQ's, of a unit, when it was told"),
    Column("currency", String(3), nullable=False),
    Column("order_id", String(64), nullable=False),
    _time("at"),
    Index("web_event_of", "profile", "at"),
)
web_report = Table(
    "web_report",
    metadata,
    Column("id", String(32), primary_key=True, comment="as of web_event; these are nobody's"),
    Column("n", Integer, primary_key=True),
    Column("shop", String(32), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("sku", String(64), nullable=False),
    Column("quantity", Integer, nullable=False),
    _time("at"),
    Index("web_report_at", "at"),
)

# ---- single-use codes -----------------------------------------------------------------------------------------------

coupon = Table(
    "coupon",
    metadata,
    Column("id", String(20), primary_key=True, comment="the code's name, a slow hash: the code itself stands nowhere"),
    Column("campaign", String(32), nullable=False),
    Column("origin", String(80), nullable=False, comment="what the code is made of again, with a key"),
    Column("profile", String(32), index=True, comment="whom it was issued to; null: to nobody, or they were erased"),
    Column("basket", String(32), index=True, comment="the basket that its message was about"),
    _time("issued"),
    Column("until", BigInteger, nullable=False, comment="0: no end of its own"),
    Column("void", Boolean, nullable=False, comment="taken back"),
)
coupon_use = Table(
    "coupon_use",
    metadata,
    Column("id", String(32), primary_key=True, comment="the CouponRedeemed event, or derived from the order"),
    Column("coupon", String(20), nullable=False, index=True),
    Column("store", String(32), nullable=False),
    Column("basket", String(64), nullable=False, comment="its id in the store's events, or as the order names it"),
    Column("by_order", Boolean, nullable=False),
    Column("outcome", String(8), nullable=False, comment="first, again or void; empty until the use itself is heard"),
    Column("released", Boolean, nullable=False, comment="it came to nothing: the code is good again"),
    _time("at"),
)
offer_pending = Table(
    "offer_pending",
    metadata,
    Column("id", String(20), primary_key=True, comment="of a code that boxes are to be told of anew"),
)
offer_told = Table(
    "offer_told",
    metadata,
    Column("id", String(40), primary_key=True, comment="c/ and the code's name, t/ and the campaign's"),
    Column("n", BigInteger, nullable=False, index=True, comment="of the version of feed `offers` that told it last"),
    Column("doc", Text, nullable=False, comment="as it was told"),
    Column("ends", BigInteger, nullable=False, index=True, comment="after which nobody need know of it; 0: never"),
)

# ---- counted from events ---------------------------------------------------------------------------------------------

day_count = Table(
    "day_count",
    metadata,
    Column("day", Integer, primary_key=True, comment="since 1970, UTC, by the box's clock"),
    Column("store", String(32), primary_key=True),
    Column("station", String(64), primary_key=True),
    Column("sku", String(64), primary_key=True, comment="empty for a whole basket"),
    Column("step", String(8), primary_key=True, comment="scan, view, add, send"),
    Column("n", BigInteger, nullable=False, comment="how often"),
    Index("day_count_store", "store", "day"),
)
span_article = Table(
    "span_article",
    metadata,
    Column("span", Integer, primary_key=True, comment="days: one of hq.projection.spans.SPANS"),
    Column("day", Integer, primary_key=True, comment="the first of them"),
    Column("sku", String(64), primary_key=True, comment="in all stores"),
    Column("scan", BigInteger, nullable=False),
    Column("view", BigInteger, nullable=False),
    Column("add", BigInteger, nullable=False),
    Column("send", BigInteger, nullable=False),
)
count_pending = Table(
    "count_pending",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("day", Integer, nullable=False),
    Column("sku", String(64), nullable=False),
    Column("step", String(8), nullable=False),
    Column("times", BigInteger, nullable=False, comment="to be added to span_article"),
)
day_station = Table(
    "day_station",
    metadata,
    Column("day", Integer, primary_key=True, comment="of day_count the sums over all articles"),
    Column("store", String(32), primary_key=True),
    Column("station", String(64), primary_key=True),
    Column("scan", BigInteger, nullable=False),
    Column("view", BigInteger, nullable=False),
    Column("add", BigInteger, nullable=False),
    Column("send", BigInteger, nullable=False, comment="whole baskets"),
)
day_search = Table(
    "day_search",
    metadata,
    Column("day", Integer, primary_key=True),
    Column("store", String(32), primary_key=True),
    Column("words", String(80), primary_key=True, comment="in small letters"),
    Column("n", BigInteger, nullable=False, comment="how often they were searched for"),
    Column("empty", BigInteger, nullable=False, comment="how often nothing was found"),
    Column("chosen", BigInteger, nullable=False, comment="how often something of what was found was opened"),
)

# ---- what became of baskets (hq.outcomes) ----------------------------------------------------------------------------

outcome = Table(
    "outcome",
    metadata,
    Column("basket", String(32), primary_key=True),
    Column("day", Integer, nullable=False, comment="on which it was sent, since 1970, UTC"),
    Column("store", String(32), nullable=False),
    Column("station", String(64), nullable=False),
    Column("person", String(32), index=True, comment="the profile that stands for whoever sent it"),
    Column("read", Boolean, nullable=False, comment="a mail to them was opened since"),
    Column("opened", Boolean, nullable=False, comment="its page was"),
    Column("bought", Boolean, nullable=False, comment="at least one article of it"),
)
outcome_line = Table(
    "outcome_line",
    metadata,
    Column("basket", String(32), primary_key=True),
    Column("sku", String(64), primary_key=True, index=True),
    Column("bought", Boolean, nullable=False),
)
day_basket = Table(
    "day_basket",
    metadata,
    Column("day", Integer, primary_key=True),
    Column("store", String(32), primary_key=True),
    Column("station", String(64), primary_key=True),
    *_steps(),
)
day_article = Table(
    "day_article",
    metadata,
    Column("sku", String(64), primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("store", String(32), primary_key=True),
    Column("station", String(64), primary_key=True),
    *_steps(),
)
day_people = Table(
    "day_people",
    metadata,
    Column("store", String(32), primary_key=True, comment="empty: anywhere"),
    Column("day", Integer, primary_key=True, comment="the latest on which it was true of them: each person once"),
    *_steps(),
)
outcome_pending = Table(
    "outcome_pending",
    metadata,
    Column("n", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, comment="of a profile or a basket, entered by triggers of other tables"),
)

# ---- catalogue and feeds --------------------------------------------------------------------------------------------

article = Table(
    "article",
    metadata,
    Column("kind", String(8), primary_key=True, comment="product, variant, stock, review, store"),
    Column("id", String(160), primary_key=True),
    Column("parent", String(64), nullable=False, default="", index=True),
    Column("doc", Text, nullable=False, comment="the domain value as JSON"),
)
feed_version = Table(
    "feed_version",
    metadata,
    Column("feed", String(16), primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("file", Text, nullable=False),
    Column("head", LargeBinary, nullable=False, comment="the signed head, to the byte, as the broker retains it"),
    _time("built"),
    Column("note", Text, nullable=False, default=""),
    Column("delta", LargeBinary, comment="what leads to it from the version before, signed; null: the whole file does"),
    Column("changed", BigInteger, nullable=False, default=0, comment="rows that this delta puts in or takes out"),
)
feed_ring = Table(
    "feed_ring",
    metadata,
    Column("feed", String(16), primary_key=True),
    Column("ring", String(16), primary_key=True),
    Column("epoch", Integer, nullable=False, comment="of the version that its stores are told of"),
    Column("n", Integer, nullable=False),
    Column("paused", Boolean, nullable=False, comment="nobody is told just now"),
    _time("since"),
)
store_ring = Table(
    "store_ring",
    metadata,
    Column("store", String(32), primary_key=True),
    Column("ring", String(16), nullable=False),
)
feed_refusal = Table(
    "feed_refusal",
    metadata,
    Column("store", String(32), primary_key=True),
    Column("feed", String(16), primary_key=True),
    Column("version", String(40), nullable=False, comment='as the store names it, "" where it could not be read'),
    Column("reason", Text, nullable=False),
    _time("at"),
)
picture = Table(
    "picture",
    metadata,
    Column("id", String(64), primary_key=True, comment="SHA-256 of the address"),
    Column("url", Text, nullable=False),
    Column("name", String(80), nullable=False, comment='of the file that was fetched, "" while there is none'),
    Column("tries", Integer, nullable=False, comment="attempts that failed"),
    _time("due"),
    Column("error", Text, nullable=False, comment="of the latest attempt"),
    Index("picture_due", "name", "due"),
)
stock_pending = Table(
    "stock_pending",
    metadata,
    Column("id", String(160), primary_key=True, comment="of the article row, entered by a trigger of `article`"),
)
stock_told = Table(
    "stock_told",
    metadata,
    Column("id", String(160), primary_key=True),
    Column("n", BigInteger, nullable=False, index=True, comment="of the version of feed `stock` that told it last"),
    Column("doc", Text, nullable=False, comment='as it was told, "" for a count that is no more'),
)
feed_position = Table(
    "feed_position",
    metadata,
    Column("store", String(32), primary_key=True),
    Column("feed", String(16), primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("n", Integer, nullable=False),
    _time("since"),
)
directive = Table(
    "directive",
    metadata,
    Column("id", String(32), primary_key=True, comment="by which its box knows it again, whatever its version"),
    Column("store", String(32), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("subject", String(32), nullable=False, comment="what it is about: of a kind only the latest is kept"),
    Column("body", Text, nullable=False),
    Column("taken", Boolean, nullable=False, comment="the store's log says that it is carried out"),
    _time("at"),
    UniqueConstraint("store", "kind", "subject"),
    Index("directive_untaken", "taken", "store"),
)
directive_head = Table(
    "directive_head",
    metadata,
    Column("store", String(32), primary_key=True),
    Column("n", BigInteger, nullable=False, comment="of its latest directive; none is used twice"),
)
box_state = Table(
    "box_state",
    metadata,
    Column("store", String(32), primary_key=True),
    Column("online", Boolean, comment="as the broker keeps it; null where it never said"),
    _time("since", comment="when it came or went"),
    _time("reported", comment="when its box said of itself what is in body; 0: never"),
    Column("skew", BigInteger, nullable=False, comment="box clock minus HQ clock, ms, of that report"),
    Column("body", Text, nullable=False, comment="edge.domain.box_state.BoxState as JSON"),
)
alarm = Table(
    "alarm",
    metadata,
    Column("key", String(160), primary_key=True, comment="store, kind and what of the box it is about"),
    Column("store", String(32), nullable=False, comment="empty: HQ itself"),
    Column("kind", String(32), nullable=False),
    Column("words", Text, nullable=False),
    Column("remedy", Text, nullable=False),
    _time("began"),
    _time("gone", comment="when it was over; 0 while it is not"),
    _time("mailed", comment="when a mail told of it last; -1: also that it is over"),
    _time("posted", comment="the same of the webhook"),
)
box_action = Table(
    "box_action",
    metadata,
    Column("id", String(32), primary_key=True, comment="of its directive, and of its journal entry"),
    Column("store", String(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("subject", String(32), nullable=False, comment="a station, or empty"),
    Column("by", String(64), nullable=False, comment="the account that asked for it"),
    _time("at"),
    Column("state", String(16), nullable=False, comment="asked, done, failed, refused, replaced"),
    _time("done", comment="when the box's log said so; 0: not yet"),
    Column("why", Text, nullable=False, comment="it could not be done"),
    Index("box_action_store", "store", "at"),
)
reservation = Table(
    "reservation",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("source", String(32), nullable=False, comment="the store that asks, or web; empty until its log says so"),
    Column("store", String(32), nullable=False, comment="where it is put aside"),
    Column("sku", String(64), nullable=False, comment="whose count is lessened; empty where none is"),
    Column("quantity", Integer, nullable=False),
    _time("until"),
    Column("state", String(16), nullable=False),
    Column("open", Boolean, nullable=False, comment="it counts as taken"),
    Column("log_id", String(32), nullable=False, comment="of the answer that stands, with its number and box's time"),
    Column("n", BigInteger, nullable=False),
    _time("told"),
    Column(
        "basket", String(32), nullable=False, server_default="", index=True, comment="of a shopper who collects there"
    ),
    Index("reservation_open", "open", "store", "sku"),
)
sale = Table(
    "sale",
    metadata,
    Column("store", String(32), primary_key=True),
    Column("receipt", String(64), primary_key=True),
    Column("line", String(32), primary_key=True, comment="of the receipt: the same line told again is no other sale"),
    Column("sku", String(64), nullable=False),
    Column("quantity", Integer, nullable=False, comment="below 0: came back"),
    _time("at"),
    Index("sale_of", "store", "sku", "at"),
)
door = Table(
    "door",
    metadata,
    Column("id", String(8), primary_key=True, comment="the beginning of the token"),
    Column("digest", String(64), nullable=False, comment="SHA-256 of the whole token, which nobody keeps"),
    Column("store", String(32), nullable=False, comment="the one store it may speak for, or none: all"),
    Column("feeds", String(200), nullable=False, comment="what may come in by it, separated by commas"),
    Column("note", Text, nullable=False),
    _time("made"),
    _time("used", null=True),
    _time("ended", null=True),
)
setting = Table(
    "setting",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

# ---- campaigns -------------------------------------------------------------------------------------------------------

good = Table(
    "good",
    metadata,
    Column("sku", String(64), primary_key=True, comment="as the newest catalogue has it, for queries over everybody"),
    Column("product_id", String(64), nullable=False, index=True),
    Column("style", Text, nullable=False, index=True, comment="product and colour: its sizes are one purchase"),
    Column("size", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("available", BigInteger, nullable=False, comment="what all stores and the web shop have together"),
)
companion = Table(
    "companion",
    metadata,
    Column("product_id", String(64), primary_key=True),
    Column("other", String(64), primary_key=True, comment="a product that goes with it"),
)
told_key = Table(
    "told_key",
    metadata,
    Column("destination", String(32), primary_key=True, comment="of the settings"),
    Column("key", String(64), primary_key=True, comment="SHA-256 in hex, as the platform has it: to take it back by"),
    Column("kind", String(8), nullable=False, comment="mail or phone"),
    Column("person", String(32), index=True, comment="null once they are erased: to be taken back, then forgotten"),
    _time("since"),
)
told_sale = Table(
    "told_sale",
    metadata,
    Column("destination", String(32), primary_key=True),
    Column("store", String(32), primary_key=True),
    Column("order_id", String(64), primary_key=True),
    _time("at"),
)
sending = Table(
    "sending",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("destination", String(32), nullable=False),
    Column("state", String(16), nullable=False, comment="running, done, failed"),
    _time("began"),
    _time("ended", null=True),
    Column("added", Integer, nullable=False, comment="hashes of addresses that the platform took"),
    Column("removed", Integer, nullable=False),
    Column("sales", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Index("sending_of", "destination", "began"),
)

# ---- the authority ---------------------------------------------------------------------------------------------------

enrol_code = Table(
    "enrol_code",
    metadata,
    Column("id", String(4), primary_key=True, comment="the code's first group; the rest is not kept"),
    Column("store", String(32), nullable=False),
    Column("key", LargeBinary, nullable=False, comment="derived from the code: keys the HMAC of request and answer"),
    _time("made"),
    _time("expires"),
    Column("tries", Integer, nullable=False, comment="wrong ones"),
    Column("request", String(64), nullable=False, comment="hash of the request that used it"),
    Column("answer", Text, nullable=False, comment="what that request was answered"),
)
box_key = Table(
    "box_key",
    metadata,
    Column("store", String(32), primary_key=True),
    Column("public", String(64), primary_key=True, comment="Ed25519, hex: signs what this store's box shows"),
    _time("since", comment="when HQ heard of it"),
)
certificate = Table(
    "certificate",
    metadata,
    Column("serial", String(40), primary_key=True, comment="hex"),
    Column("store", String(32), nullable=False, index=True),
    _time("issued"),
    _time("expires"),
    _time("revoked", null=True),
)
account = Table(
    "account",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("roles", Text, nullable=False, comment="of hq.accounts.roles, separated by blanks"),
    Column("password", Text, nullable=False, comment="Argon2id, with salt and costs"),
    _time("since"),
    _time("used", null=True, comment="when somebody last signed in with it"),
)
session = Table(
    "session",
    metadata,
    Column("digest", String(64), primary_key=True, comment="SHA-256 of the token in the cookie"),
    Column("account", String(32), nullable=False, index=True),
    _time("since"),
    _time("seen"),
)
