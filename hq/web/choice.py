"""What a shopper allows on the basket page: each answer is kept with the words it was given to."""

from collections.abc import Mapping

from edge.domain.consent import PURPOSES, Purpose, consent
from hq import decisions, people
from hq.service import Hq
from hq.words import words

HOW = "basket-page"


def consents(hq: Hq, profile: str) -> dict[Purpose, bool]:
    """What holds now. A purpose that was never answered is a no; whoever waits for no article is not asked about it."""
    with hq.reading() as reading:
        given = people.answers(reading, profile)
    waits = people.allowed(given, "back-in-stock")
    return {purpose: people.allowed(given, purpose) for purpose in (*PURPOSES, *decisions.WAITING[:waits])}


def choose(hq: Hq, profile: str, wanted: Mapping[Purpose, bool], *, shop: str, language: str) -> None:
    """Records what changed; a box that was left as it was says nothing new. Journalled first, a no before a yes."""
    standing = consents(hq, profile)
    taken_back = tuple(purpose for purpose in standing if standing[purpose] and not wanted.get(purpose, False))
    if taken_back:
        decisions.withdraw(hq, profile, how=HOW, purposes=taken_back, language=language)
    for purpose in PURPOSES:
        if wanted.get(purpose, False) and not standing[purpose]:
            _grant(hq, profile, purpose, shop=shop, language=language)


def _grant(hq: Hq, profile: str, purpose: Purpose, *, shop: str, language: str) -> None:
    say = words(language)
    given = consent(
        purpose, True, words=say(f"consent.{purpose}", shop=shop), version=say("consent.version"), language=language
    )
    decisions.grant(hq, profile, given, how=HOW)
