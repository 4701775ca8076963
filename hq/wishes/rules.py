"""The rules of "tell me when it is back", pure: may this person be told now?

The first of these that holds decides:

    1. erased, unsubscribed, bounced   nothing may be sent to the address
    2. taken-back                      they took it back since they asked; to ask for another is no yes to this one
    3. bought                          they bought it, in that size or another, since they asked
    4. told                            they were told of this article since they asked
    5. too-late                        they asked half a year ago
    6. sold-out                        neither their store, nor one nearby, nor the web shop has it
    7. quiet-hours                     it is night where they shop

What holds only for a while puts the message off.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from hq.journeys.rules import DAY, LOOK_AGAIN, Verdict, later, quiet_until

KEPT = 182 * DAY
"""Milliseconds for which a wish stands."""
NEARBY_KM = 30
"""As far as somebody is sent for one article."""


@dataclass(frozen=True, kw_only=True)
class Moment:
    """What is known when somebody may be told. Times in milliseconds since 1970."""

    now: int
    asked: int
    sku: str
    suppressed: frozenset[str]
    """Of "erased", "unsubscribed", "bounced"."""
    wanted: bool
    """They agreed to be told, and did not take it back since they asked."""
    bought: bool
    told: bool
    there: bool
    """It can be had where they would go for it."""
    quiet: str
    zone: ZoneInfo
    """Where they shop."""


def judge(moment: Moment) -> Verdict:
    go = Verdict(outcome="send", reason="due", words="it is back", skus=(moment.sku,))
    return next(_against(moment), go)


def _against(moment: Moment) -> Iterator[Verdict]:
    for reason in sorted(moment.suppressed):
        yield _never(reason, f"the address is {reason}")
    if not moment.wanted:
        yield _never("taken-back", "they do not want to be told any more")
    if moment.bought:
        yield _never("bought", "they bought it since they asked")
    if moment.told:
        yield _never("told", "they were told of it since they asked")
    end = moment.asked + KEPT
    if moment.now >= end:
        yield _never("too-late", "they asked half a year ago")
    if not moment.there:
        yield later("sold-out", "sold out where they shop", min(moment.now + LOOK_AGAIN, end))
    if morning := quiet_until(moment.quiet, moment.now, moment.zone):
        yield later("quiet-hours", "quiet hours where they shop", morning)


def _never(reason: str, words: str) -> Verdict:
    return Verdict(outcome="never", reason=reason, words=words)
