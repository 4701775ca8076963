"""Steps while the line to HQ is down, and as it comes back."""

import time

from edge.demo.walk.errors import expect
from edge.demo.walk.journey import MAIL, Journey
from edge.demo.walk.station import until

QUIET = 1.5
"""Seconds in which a second copy of anything would have come."""


def pull(journey: Journey) -> str:
    """The broker is stopped: the shopper goes on, and what they do waits in the box"""
    journey.line.pull(up=False)
    until(lambda: not journey.status()["line_up"], "the box notices that the line is down", 20)
    wall, article = journey.stations["wall"], journey.backpack
    journey.hands.scan("wall", article)
    wall.shows(article.sku)
    expect(journey.status()["waiting"] > 0, "nothing waits although the line is down")
    return f"waiting in the box: {journey.status()['waiting']}"


def send(journey: Journey) -> str:
    """The basket is sent all the same: "will be mailed as soon as the line is back" """
    wall = journey.stations["wall"]
    wall.post("show/send")
    wall.post("send", mail=MAIL, consent=["marketing", "profiling"])
    wall.wait(lambda html: 'data-test="sent-later"' in html, "that the basket is mailed later")
    expect(not journey.mails(), "a mail arrived although the line is down")
    return f"to {MAIL}, with both consents"


def mend(journey: Journey) -> str:
    """The broker is back: everything arrives at HQ, once"""
    expect(journey.line.pull(up=True), "the broker did not come back")
    until(lambda: journey.status()["waiting"] == 0, "HQ confirms every event", 30)
    until(journey.mails, "the mail", 30)
    time.sleep(QUIET)
    expect(len(journey.mails()) == 1, f"{len(journey.mails())} mails arrived instead of one")
    return f"{journey.status()['confirmed']} events at HQ, one mail"
