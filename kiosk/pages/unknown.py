"""A code that leads to no article: said kindly, with a way on."""

from typing import Any

from flask_babel import gettext

from edge.shop import Shop, Station, Unknown
from kiosk.pages.card import liked, seen

BADGE = "badge-here"
ELSEWHERE = frozenset({"hand-over-done", "screen-in-use", "sign-in-first", "storage-full"})
"""A code of another screen, which this one can't take over."""
COUPON = frozenset({f"coupon-{why}" for why in ("mistyped", "unknown", "used", "early", "over", "elsewhere")})
STRANGE = frozenset({"unknown-code", "not-an-article", "tag-foreign", "tag-forged", "tag-copied"})
"""Read without fault, but not an article of this shop."""


def page(shop: Shop, station: Station, screen: Unknown) -> dict[str, Any]:
    return {
        "key": "unknown",
        "say": "",
        "code": "" if screen.reason in {BADGE, *ELSEWHERE, *COUPON} else screen.code,
        "reason": screen.reason,
        "title": title(screen.reason),
        "advice": words().get(screen.reason) or words()["unknown-code"],
        "seen": seen(shop, station.id),
        "cards": liked(shop, shop.language(station.id)),
    }


def title(reason: str) -> str:
    if reason == BADGE:
        return str(gettext("That is a staff badge."))
    if reason in ELSEWHERE:
        return str(gettext("Your basket is still where it was."))
    if reason in COUPON:
        return str(gettext("This code takes nothing off."))
    if reason in STRANGE or reason not in words():
        return str(gettext("We don’t know this one."))
    return str(gettext("One at a time, please.") if reason == "tags-many" else gettext("That didn’t read well."))


def words() -> dict[str, str]:
    """What to do, by the reason of `Unknown`, in the language of the moment."""
    return {
        "unknown-code": gettext("It may be from another shop, or very new. Search for it by name, or ask us."),
        "not-an-article": gettext("This code is for something else than an article."),
        "not-a-code": gettext("The code looks damaged. Please scan it once more, or type its number."),
        "bad-check-digit": gettext(
            "One digit of this code is not right. Please scan it once more, or type its number."
        ),
        "badge-here": gettext(
            "This screen is for shoppers. Staff signs in at a staff screen; nothing was opened here."
        ),
        "hand-over-done": gettext(
            "This code has been used, or is too old. Touch “Go on elsewhere” on your screen for a new one."
        ),
        "screen-in-use": gettext(
            "Somebody’s basket is open on this screen. If nobody is using it, touch “I’m done” here first, then hold up"
            " the code again."
        ),
        "sign-in-first": gettext("Only staff may take it over on this screen. Please sign in first: badge, then PIN."),
        "storage-full": gettext(
            "The shop’s box is full, so the basket can’t be changed just now. Looking around goes on. Please ask a"
            " member of staff."
        ),
        "coupon-mistyped": gettext("One of these sixteen letters is not right. Please look at them again."),
        "coupon-unknown": gettext("We don’t know this code (yet). Please look at it again, or ask us."),
        "coupon-used": gettext("This code was used already. Each is good once."),
        "coupon-early": gettext("This code is not valid yet."),
        "coupon-over": gettext("This code is not valid any more."),
        "coupon-elsewhere": gettext("This code is for another of our shops."),
        "tag-empty": gettext("The tag is empty. The barcode beside it will do."),
        "tag-foreign": gettext("This tag is not from our shop. Nothing of it was kept."),
        "tag-forged": gettext(
            "This tag says it is one of ours, and is not. Please show the article to a member of staff."
        ),
        "tag-copied": gettext(
            "This tag’s message was used before: it may be a copy."
            " Please hold it up once more, or ask a member of staff."
        ),
        "tag-damaged": gettext("The tag is damaged. The barcode beside it will do."),
        "tag-torn": gettext("The tag went away too soon. Please hold it still for a moment."),
        "tags-many": gettext("Two tags were there at once. Please hold up one tag at a time."),
        "barcode-torn": gettext("Only a part of the barcode came through. Please scan it once more."),
        "barcode-long": gettext("That was more than one barcode holds. Please scan one barcode at a time."),
        "barcode-dropped": gettext("This device was too busy to take it all. Please scan it once more."),
        "picture-unreadable": gettext(
            "The camera’s picture could not be read. Please hold the code before it once more."
        ),
    }
