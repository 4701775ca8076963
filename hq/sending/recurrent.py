"""The thread that sends by itself, as often as the settings say."""

import logging
from functools import partial

from hq.config_marketing import Destination
from hq.errors import BusyError
from hq.recurring import Recurring
from hq.sending.sends import forget_undeclared, last, send
from hq.service import Hq

log = logging.getLogger(__name__)
POLL = 60.0
HOUR = 3_600_000


def sender(hq: Hq, *, poll: float = POLL) -> Recurring:
    return Recurring(
        "sending",
        (partial(send_due, hq), "what is due could not be sent to a platform"),
        (partial(forget_undeclared, hq), "hashes of the erased are still kept"),
        poll=poll,
    )


def send_due(hq: Hq) -> None:
    """One that fails holds none of the others up: it is tried again when it is due again."""
    for destination in hq.config.destination:
        if is_due(hq, destination):
            try:
                send(hq, destination)
            except BusyError as error:
                log.info("%s", error)
            except Exception:
                log.exception("a sending to %s failed", destination.name)


def is_due(hq: Hq, destination: Destination) -> bool:
    """A clock that was set back makes it due."""
    if not destination.every_hours:
        return False
    before = last(hq, destination.name)
    return before is None or not before.began <= hq.clock() < before.began + round(destination.every_hours * HOUR)
