"""The exact words of the consents. Change the version with the words: what was shown is kept with the answer."""

from flask_babel import gettext

from edge.domain.consent import PURPOSES, Consent, Purpose, consent

VERSION = "2026-12.1"


def words(purpose: Purpose) -> str:
    """What stands beside the box, to the letter, in the language of the moment."""
    texts: dict[Purpose, str] = {
        "marketing": gettext(
            "Yes, write to me and show me adverts about the articles in my basket and what goes with them: when a price"
            " drops, a size is back, there is an offer, or the shop invites me. I can stop this at any time."
        ),
        "profiling": gettext(
            "Yes, remember me: a cookie ties my browser to this basket, the shop sees whether I open its mails, and its"
            " screens greet me in my sizes when I show my card. I can stop this at any time."
        ),
        "back-in-stock": gettext(
            "You write to me once, when this article is back in the shop or on the web, and use my address for nothing"
            " else. I can stop this at any time."
        ),
    }
    return texts[purpose]


def asked_back(language: str) -> Consent:
    """Whoever sends off their address under these words has said yes to them, and to nothing else."""
    return consent("back-in-stock", True, words=words("back-in-stock"), version=VERSION, language=language)


def answers(ticked: set[str], language: str) -> tuple[Consent, ...]:
    """A yes or a no to every purpose, with the words as they were shown."""
    return tuple(
        consent(purpose, purpose in ticked, words=words(purpose), version=VERSION, language=language)
        for purpose in PURPOSES
    )
