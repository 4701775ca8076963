"""What a person wants from us, purpose by purpose: read from the ledger of consents, and written into it.

Marketing is one consent, of which reminders, offers and adverts are parts: a part that is refused stays refused,
whatever is ticked at a screen later, and without any part there is no marketing. Whoever took it back comes back by
their own link alone, after one click here alone: at a screen anybody can type an address. Baskets and text messages
are what people ask for; whoever did not ask may say that they come no more.
"""

from collections.abc import Mapping

from edge.domain.consent import Purpose, consent
from hq import decisions, people
from hq.service import Hq
from hq.words import words

HOW = "preferences"
PARTS: tuple[Purpose, ...] = ("reminders", "offers", "adverts")
"""Of marketing."""
ASKED: tuple[Purpose, ...] = ("baskets", "sms")
"""Sent on request."""


def current(hq: Hq, profile: str) -> dict[Purpose, bool]:
    """What holds now, in the order in which it is shown. Text messages are left out for who has no number, and "it is
    back" for who waits for nothing."""
    with hq.reading() as reading:
        given = people.answers(reading, profile)
        phone = people.phone_of(reading, profile)
        stopped = "unsubscribed" in people.suppressions(reading, profile)
    found: dict[Purpose, bool] = {"baskets": not people.refused(given, "baskets")}
    found |= {part: people.wants(given, part) and not stopped for part in PARTS}
    if people.allowed(given, "back-in-stock"):
        found["back-in-stock"] = True
    if phone:
        found["sms"] = not people.refused(given, "sms")
    return found | {"profiling": people.allowed(given, "profiling")}


def choose(hq: Hq, profile: str, wanted: Mapping[Purpose, bool], *, shop: str, language: str) -> None:
    """Records what changed, each yes with the words that stood beside it; a no before a yes. What `wanted` does not
    name stays as it is."""
    now = current(hq, profile)
    changed = {purpose: wanted[purpose] for purpose in now if wanted.get(purpose, now[purpose]) != now[purpose]}
    marketing = any(wanted.get(part, now[part]) for part in PARTS)
    was_marketing = any(now[part] for part in PARTS)
    refused = [purpose for purpose, yes in changed.items() if not yes and (marketing or purpose not in PARTS)]
    if was_marketing and not marketing:
        refused.append("marketing")
    if refused:
        decisions.withdraw(hq, profile, how=HOW, purposes=tuple(refused), language=language)
    accepted = [purpose for purpose, yes in changed.items() if yes]
    if marketing and not was_marketing:
        accepted.insert(0, "marketing")
        unwanted = tuple(part for part in PARTS if not wanted.get(part, False))
        if unwanted:
            decisions.withdraw(hq, profile, how=HOW, purposes=unwanted, language=language)
    for purpose in accepted:
        _grant(hq, profile, purpose, shop=shop, language=language)
    if marketing and not was_marketing:
        decisions.come_back(hq, profile, how=HOW)  # after its words: without them it would allow nothing


def _grant(hq: Hq, profile: str, purpose: Purpose, *, shop: str, language: str) -> None:
    """In the words of the page: the title of what was ticked, and what stood below it."""
    say = words(language)
    key = purpose.replace("-", "_")
    told = " ".join((say(f"preferences.{key}", shop=shop), say(f"preferences.{key}_text", shop=shop)))
    given = consent(purpose, True, words=told, version=say("preferences.version"), language=language)
    decisions.grant(hq, profile, given, how=HOW)
