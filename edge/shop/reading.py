"""What a scan means in this shop: an article, or the reason why not."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from edge.catalogue import Catalogue
from edge.codes import CodeRules, Meaning, resolve
from edge.codes.sun import SecureTags, SunError, SunMessage, link_on, read_sun
from edge.domain.article import Item, Variant
from edge.domain.privacy import without_people
from edge.shop.screens import Article, Notice, Screen, Unknown, Welcome
from hardware.scan import Scan

PERSONAL = frozenset({"8007", "8018", *(str(ai) for ai in (*range(4300, 4320), *range(7250, 7260)))})
"""GS1 identifiers of a parcel's people and addresses, of patients, of account holders."""
CARDS = ("loyalty", "badge")
CARD = "loyalty-card"
"""The `reason` why a code is no article: it is a shopper's own card."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A scan that was understood: `item` is the article it names, or `reason` says why there is none."""

    reader: str
    symbology: str
    code: str
    item: Item | None = None
    reason: str = ""
    sun: SunMessage | None = None
    """What a secure tag signed; whether its counter is a new one is known only in the event's transaction."""
    delivery: str = ""
    """Tells this reading from every other."""
    card: str = field(default="", repr=False)
    """The number of a loyalty card: for HQ alone, never to be recorded."""
    tag: str = field(default="", repr=False)
    """The UID, in hex, of a tag that is given out as one: likewise."""
    badge: str = field(default="", repr=False)
    """The number of a badge, or "uid:" and the UID of a tag that is one: never to be recorded."""

    @property
    def of_person(self) -> bool:
        return bool(self.card or self.tag)

    def screen(self, notice: Notice = "", back: str = "") -> Screen:
        """`back` is the sku of the article that the station shows."""
        if self.item:
            return Article(sku=self.item.sku, notice=notice)
        return Welcome(back=back) if self.of_person else Unknown(code=self.code, reason=self.reason)

    def refused(self, reason: str) -> "Reading":
        return replace(self, item=None, sun=None, card="", tag="", badge="", reason=reason)

    @staticmethod
    def unreadable(reader: str, reason: str) -> "Reading":
        """Something was held to `reader` that gave no code."""
        return Reading(reader=reader, symbology="", code="", reason=reason)

    @staticmethod
    def of_tag(reader: str, uid: bytes) -> "Reading":
        """A tag that is given out as a loyalty card was held to `reader`."""
        return Reading(reader=reader, symbology="ndef", code="(tag)", reason=CARD, tag=uid.hex())

    @staticmethod
    def of_badge(reader: str, uid: bytes) -> "Reading":
        """A tag that is a badge was held to `reader`."""
        badge = tag_name(uid)
        return Reading(reader=reader, symbology="ndef", code="(badge)", reason="not-an-article", badge=badge)


def read_code(
    catalogue: Catalogue, scan: Scan, rules: CodeRules, language: str, secure: Sequence[SecureTags] = ()
) -> Reading:
    """Exact match first: a code that is an article's own number is never taken for something else.

    A link that claims to be of a secure tag and is not, leads nowhere (`reason` "tag-forged").
    """
    meaning = resolve(scan.data, scan.symbology, rules)
    reading = _by_number(catalogue, scan, meaning, language)
    if not reading.item and not reading.card and is_given_out(rules, scan.uid):
        reading = Reading.of_tag(scan.reader, scan.uid)
    if not reading.item and is_badge(rules, scan.uid):
        reading = Reading.of_badge(scan.reader, scan.uid)
    try:
        sun = _sun(scan, secure) if secure else None
    except SunError as error:
        return reading.refused(error.reason)
    if sun and len(scan.uid) == len(sun.uid) and scan.uid != sun.uid:
        return reading.refused("tag-copied")
    return replace(reading, sun=sun, delivery=f"{scan.reader} {scan.at!r}")


def is_given_out(rules: CodeRules, uid: bytes) -> bool:
    """Whether tags of this UID are the retailer's own cards: a range of kind "loyalty" holds "uid:04a1…"."""
    return _is_in_range(rules, "loyalty", uid)


def is_badge(rules: CodeRules, uid: bytes) -> bool:
    """The same of staff's badges: a range of kind "badge"."""
    return _is_in_range(rules, "badge", uid)


def is_somebodys(rules: CodeRules, uid: bytes) -> bool:
    """Whether a tag of this UID was given out, to a shopper or to staff: nothing is ever written on it."""
    return is_given_out(rules, uid) or is_badge(rules, uid)


def tag_name(uid: bytes) -> str:
    """As ranges, and the list of staff, name a tag."""
    return f"uid:{uid.hex()}"


def _is_in_range(rules: CodeRules, kind: str, uid: bytes) -> bool:
    return bool(uid) and any(card.kind == kind and card.holds(tag_name(uid)) for card in rules.ranges)


def _sun(scan: Scan, secure: Sequence[SecureTags]) -> SunMessage | None:
    """Of the link itself: what it means may be only the article's number."""
    return read_sun(link_on(scan.data, scan.symbology), secure, on_tag=scan.symbology == "ndef")


def _by_number(catalogue: Catalogue, scan: Scan, meaning: Meaning, language: str) -> Reading:
    variant = catalogue.by_sku(meaning.text) or _by_meaning(catalogue, meaning)
    return Reading(
        reader=scan.reader,
        symbology=scan.symbology,
        code=_recorded(meaning),
        item=catalogue.item(variant.sku, language) if variant else None,
        reason="" if variant else _reason(meaning, scan.symbology),
        card=meaning.text if meaning.kind == "loyalty" and not variant else "",
        badge=meaning.text if meaning.kind == "badge" and not variant else "",
    )


def _recorded(meaning: Meaning) -> str:
    """What may be written down of a code: no card's number, and of a label nothing about people."""
    if meaning.kind in CARDS:
        return f"({meaning.kind})"
    if PERSONAL & meaning.elements.keys():
        return "".join(f"({ai}){'…' if ai in PERSONAL else value}" for ai, value in meaning.elements.items())
    return without_people(meaning.text)


def _by_meaning(catalogue: Catalogue, meaning: Meaning) -> Variant | None:
    gtins = (meaning.gtin, *meaning.also) if meaning.gtin else meaning.also
    return next((variant for gtin in gtins if gtin and (variant := catalogue.by_gtin(gtin))), None)


def _reason(meaning: Meaning, symbology: str) -> str:
    """The key of the words the screen has for it; the readers' own reasons are of the same set (`Unknown`)."""
    if meaning.kind == "loyalty":
        return CARD
    if meaning.kind == "invalid" and meaning.error:
        if "check digit" in meaning.error.reason:
            return "bad-check-digit"
        if symbology == "ndef":
            return {"empty tag": "tag-empty", "foreign tag": "tag-foreign"}.get(meaning.error.reason, "tag-damaged")
        return "not-a-code"
    return "unknown-code" if meaning.gtin or meaning.kind in {"sku", "text"} else "not-an-article"
