"""A friend's first purchase gives both a code, when they have kept something of it for `friends.wait_days`. Its origin
derives from the friend's hash, so it is issued once."""

from functools import partial

from sqlalchemy import Connection, func, select

from hq import people
from hq.audience.facts import purchases
from hq.buyers import theirs
from hq.coupons.issuing import issue_once
from hq.days import DAY
from hq.friends.mailboxes import mailbox
from hq.friends.naming import is_on
from hq.friends.records import Brought, brought
from hq.ids import derived
from hq.linking.person import digests_of, standing
from hq.recurring import Recurring
from hq.service import Hq
from hq.store import tables

POLL = 30.0
COUPON, ORDER, BASKET = tables.coupon.c, tables.order_line.c, tables.basket.c
FRIENDS, BRINGERS = "friend ", "brought "
"""What the origins of the two codes begin with."""


def rewarder(hq: Hq, *, poll: float = POLL) -> Recurring:
    return Recurring("friends", (partial(reward_all, hq), "rewards for friends wait"), poll=poll)


def reward_all(hq: Hq) -> int:
    """Returns how many friendships were rewarded. Each is judged again when its turn comes: of one person who left two
    addresses the first counts."""
    if not is_on(hq):
        return 0
    return sum(_reward(hq, one) for one in _open(hq))


def _open(hq: Hq) -> list[Brought]:
    """Those that were not rewarded yet, the oldest first."""
    with hq.reading() as connection:
        done = set(connection.scalars(select(COUPON.origin).where(COUPON.origin.startswith(FRIENDS))))
        return [one for one in brought(connection) if _origin(one.digest) not in done]


def _reward(hq: Hq, one: Brought) -> bool:
    """Whether both have their codes now. The friend's comes last: only then is it done."""
    with hq.reading() as connection:
        friend = _due(connection, hq, one)
        latest = {profile: _latest_basket(connection, profile) for profile in (one.profile, friend)}
    if not friend:
        return False
    mark, campaign = derived("friend", one.digest), hq.config.friends.coupon
    codes = [
        issue_once(hq, campaign, start + mark, profile=profile, basket=latest[profile])
        for start, profile in ((BRINGERS, one.profile), (FRIENDS, friend))
    ]
    return all(codes)


def _due(connection: Connection, hq: Hq, one: Brought) -> str:
    """The friend's profile, where they bought for the first time since they were brought and kept something of it long
    enough, are not who brought them, and were rewarded for no other address of theirs; else "". Judged by who is one
    person now."""
    identity = tables.identity.c
    found = connection.scalar(select(identity.profile).where(identity.kind == "mail", identity.digest == one.digest))
    if found is None or _is_one(connection, standing(connection, found), standing(connection, one.profile)):
        return ""
    others = [_origin(digest) for digest in digests_of(connection, found) if digest != one.digest]
    if connection.scalar(select(COUPON.id).where(COUPON.origin.in_(others)).limit(1)):
        return ""
    first = connection.scalar(select(func.min(ORDER.at)).where(theirs(found), ORDER.quantity > 0))
    if first is None or first < one.at:
        return ""
    kept_since = hq.clock() - _wait(hq, one)
    return found if any(kept.at <= kept_since for kept in purchases(connection, found).values()) else ""


def _is_one(connection: Connection, friend: str, bringer: str) -> bool:
    """Also where two profiles have mailboxes that are one."""
    theirs_, own = ({mailbox(value) for value in _mails(connection, one)} for one in (friend, bringer))
    return friend == bringer or not theirs_.isdisjoint(own)


def _mails(connection: Connection, person: str) -> list[str]:
    return [one.value for one in people.identities(connection, person) if one.kind == "mail"]


def _wait(hq: Hq, one: Brought) -> int:
    """In ms; of each friend another, which nobody knows who has not HQ's keys."""
    days = hq.config.friends.wait_days * DAY
    return days + days // 2 * int(one.digest[:4], 16) // 0xFFFF


def _origin(digest: str) -> str:
    """Of the friend's own code."""
    return FRIENDS + derived("friend", digest)


def _latest_basket(connection: Connection, profile: str) -> str | None:
    """Whose page shows the code."""
    query = select(BASKET.id).where(BASKET.profile == profile).order_by(BASKET.sent.desc(), BASKET.id).limit(1)
    return connection.scalar(query)
