"""The rules of a journey, pure: may this message go to this person now?

The first of these that holds decides:

    1. over          there is nothing to write about any more: the basket was sent again, the purchase was returned
    2. too-late      the journey's time for it is over
    3. too-early     the journey still waits
    4. paused        somebody paused the journey
    5. a reason of `hq.audience.rules`, where no article is left that may be advertised to them
    6. again         they had a message of this journey lately
    7. cap           they had as many messages as they may have, of all journeys together
    8. quiet-hours   it is night where they shop
    9. control       their part of this journey is to get nothing, to measure against

What holds only for a while puts the message off. The control group comes last, so that it and those who were written to
differ in nothing but the message.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from hashlib import sha256
from typing import Literal
from zoneinfo import ZoneInfo

from hq.audience.rules import Decision
from hq.config import Journey, Journeys

HOUR, DAY = 3_600_000, 86_400_000
LOOK_AGAIN = 6 * HOUR
"""Milliseconds after which a message that may not go just now is judged again: stock comes back, people agree."""
PAUSE = HOUR // 4
"""Milliseconds after which a message of a paused journey is judged again."""
Outcome = Literal["send", "later", "control", "never"]


@dataclass(frozen=True, kw_only=True)
class Moment:
    """What is known when a message is due. Times in milliseconds since 1970."""

    now: int
    began: int
    """When that happened which the message is about."""
    over: str = ""
    """Why there is nothing to write about any more, in words."""
    ends: int | None = None
    """When it is too late whatever the journey says, such as for a store's event that has begun."""
    paused: bool = False
    decisions: Sequence[Decision]
    """Of each article that it could be about, best first."""
    profile: str
    sent: Sequence[int]
    """When messages of journeys went to this person."""
    sent_of_this: int | None = None
    """When the latest of this journey did."""
    zone: ZoneInfo
    """Where they shop."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    outcome: Outcome
    reason: str
    words: str
    """The reason, for a person to read."""
    until: int = 0
    """When to judge it again, where the outcome is "later"."""
    skus: tuple[str, ...] = ()
    """What the message may be about, best first, where the outcome is "send"."""


def judge(journey: Journey, limits: Journeys, moment: Moment) -> Verdict:
    skus = tuple(one.sku for one in moment.decisions if one.included)
    go = Verdict(outcome="send", reason="due", words="nothing speaks against it", skus=skus)
    return next(_against(journey, limits, moment), go)


def in_control(journey: Journey, profile: str) -> bool:
    """Always the same for one person and one journey, and independent of every other journey."""
    drawn = int.from_bytes(sha256(f"{journey.name}\0{profile}".encode()).digest()[:8], "big")
    return drawn % 10_000 < journey.control * 100


def _against(journey: Journey, limits: Journeys, moment: Moment) -> Iterator[Verdict]:
    end = moment.began + round(journey.until_hours * HOUR)
    if moment.over:
        yield Verdict(outcome="never", reason="over", words=moment.over)
    if moment.ends is not None and moment.now >= moment.ends:
        yield Verdict(outcome="never", reason="too-late", words="its time is over")
    if moment.now >= end:
        yield Verdict(outcome="never", reason="too-late", words=f"later than {journey.until_hours:g} hours")
    if (start := moment.began + round(journey.wait_hours * HOUR)) > moment.now:
        yield later("too-early", f"waits until {_at(start, moment.zone)}", start)
    if moment.paused:
        yield later("paused", "the journey is paused", moment.now + PAUSE)
    if not any(one.included for one in moment.decisions):
        yield _nothing_left(moment, end)
    if again := _again(journey, moment):
        yield later("again", f"had one of this journey within {journey.every_days} days", again)
    if free := capped_until(limits, moment.sent, moment.now):
        most = f"{limits.most} message{'' if limits.most == 1 else 's'}"
        yield later("cap", f"had {most} within {limits.days} days already", free)
    if morning := quiet_until(limits.quiet, moment.now, moment.zone):
        yield later("quiet-hours", f"quiet hours until {_at(morning, moment.zone)}", morning)
    if in_control(journey, moment.profile):
        yield Verdict(outcome="control", reason="control", words="in this journey's control group")


def _again(journey: Journey, moment: Moment) -> int:
    """When this journey may write to them again; 0 for now."""
    if moment.sent_of_this is None or not journey.every_days:
        return 0
    free = moment.sent_of_this + journey.every_days * DAY
    return free if free > moment.now else 0


def _nothing_left(moment: Moment, end: int) -> Verdict:
    until = min(moment.now + LOOK_AGAIN, end)
    if not moment.decisions:
        return later("empty", "there is nothing that it could be about", until)
    first = moment.decisions[0]
    return later(first.reason, first.words, until)


def capped_until(limits: Journeys, sent: Sequence[int], now: int) -> int:
    """When the next message may go to somebody who got some at `sent`; 0 for now."""
    window = limits.days * DAY
    recent = sorted(at for at in sent if at > now - window)
    return recent[len(recent) - limits.most] + window if len(recent) >= limits.most else 0


def quiet_until(quiet: str, now: int, zone: ZoneInfo) -> int:
    """When the quiet hours end that `now` lies in, by the clock there; 0 outside of them. `quiet`: "21:00-08:00"."""
    begin, end = hours(quiet)
    here = datetime.fromtimestamp(now / 1000, zone)
    if begin == end or not _within(here.time(), begin, end):
        return 0
    day = here.date() if here.time() < end else here.date() + timedelta(days=1)
    return int(datetime.combine(day, end, zone).timestamp() * 1000)


def hours(quiet: str) -> tuple[time, time]:
    """Raises ValueError for what is not "HH:MM-HH:MM"; "" is never quiet."""
    begin, _, end = (quiet or "00:00-00:00").partition("-")
    return time.fromisoformat(begin.strip()), time.fromisoformat(end.strip())


def _within(clock: time, begin: time, end: time) -> bool:
    return begin <= clock < end if begin < end else clock >= begin or clock < end


def later(reason: str, words: str, until: int) -> Verdict:
    return Verdict(outcome="later", reason=reason, words=words, until=until)


def _at(moment: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(moment / 1000, zone).strftime("%Y-%m-%d %H:%M")
