"""A friend leaves their address on the page that somebody's link opens."""

from hq import decisions, identity
from hq.friends.records import SUBJECT, brought
from hq.linking.person import digests_of, profiles
from hq.service import Hq

MOST = 50
"""Friends of one person: a link that goes round the web fills nothing."""


def is_on(hq: Hq) -> bool:
    return bool(hq.config.friends.coupon)


def leave(hq: Hq, profile: str, typed: str) -> None:
    """Raises BadMail for what is no mail address. Whoever is the same person, or was named before, changes nothing, and
    the page says the same to all: nobody learns from it whom HQ knows."""
    digest = identity.digest(hq.keys, "mail", typed)
    with hq.reading() as connection:
        own, theirs = digests_of(connection, profile), profiles(connection, profile)
        known = brought(connection)
    full = sum(one.profile in theirs for one in known) >= MOST
    if not (full or digest in own or any(one.digest == digest for one in known)):
        decisions.carry_out(hq, hq.journal.append("friend-brought", SUBJECT, profile=profile, digest=digest))
