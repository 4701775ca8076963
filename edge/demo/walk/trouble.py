"""What goes wrong in a shop every day: each has an answer on the screen, and nothing else stops."""

import time

from edge.demo.walk.errors import expect
from edge.demo.walk.journey import Journey

REACTION = 0.4
"""Seconds a person takes at least; what a scanner sends sooner is the rest of a torn barcode."""
BAD_ADDRESS = "mari@kodus"


def bad_codes(journey: Journey) -> str:
    """An unknown code, a wrong check digit and a torn barcode are each told apart on the staff's screen"""
    return told(journey, {"unknown": "unknown-code", "wrong_check_digit": "bad-check-digit", "torn": "barcode-torn"})


def bad_tags(journey: Journey) -> str:
    """An empty tag, a foreign one, somebody else's link and two tags at once are told apart there too"""
    return told(
        journey,
        {"empty_tag": "tag-empty", "foreign_tag": "tag-foreign", "web_tag": "not-an-article", "two_tags": "tags-many"},
    )


def told(journey: Journey, acts: dict[str, str]) -> str:
    """Do each act at the staff's station and see its reason; begin each from a good scan, so that it is news."""
    staff, article = journey.stations["staff"], journey.backpack
    for act, reason in acts.items():
        journey.hands.scan("staff", article)
        staff.shows(article.sku)
        getattr(journey.hands, act)("staff", article)
        staff.wait(lambda html, reason=reason: f'data-reason="{reason}"' in html, f"the reason {reason!r}")  # type: ignore[misc]
        time.sleep(REACTION)
    staff.post("done")
    return ", ".join(acts.values())


def bad_address(journey: Journey) -> str:
    """A mail address without a domain is refused in plain words, and the basket stays as it is"""
    wall = journey.stations["wall"]
    before = wall.state()["basket"]
    wall.post("show/send")
    wall.post("send", status=422, mail=BAD_ADDRESS)
    expect(wall.state()["basket"] == before, "the basket changed although nothing was sent")
    return BAD_ADDRESS
