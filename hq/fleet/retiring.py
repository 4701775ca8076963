"""Certificates that a box has put aside: taken back once the box's log, over the line with the new one, says so."""

import logging
from functools import partial

from sqlalchemy import func, select

from hq import decisions
from hq.authority import revocation
from hq.authority.brokers import BrokerError
from hq.recurring import Recurring
from hq.service import Hq
from hq.store.tables import box_action, certificate

log = logging.getLogger(__name__)

POLL = 60.0
_C, _A = certificate.c, box_action.c


def retire(hq: Hq) -> list[str]:
    """Returns the stores whose old certificates were taken back. What the broker goes by is written where this HQ may;
    else it learns of it with the next `tote-hq broker-config`."""
    rotated = select(_A.store, func.max(_A.at).label("at")).where(_A.kind == "rotate-keys", _A.state == "done")
    with hq.reading() as connection:
        since = {row.store: row.at for row in connection.execute(rotated.group_by(_A.store))}
        held = connection.execute(select(_C.store, _C.serial, _C.issued).where(_C.revoked.is_(None))).all()
    fresh = {row.store for row in held if row.issued >= since.get(row.store, 1 << 62)}
    old: dict[str, list[str]] = {}
    for row in held:
        if row.store in fresh and row.issued < since[row.store]:
            old.setdefault(row.store, []).append(row.serial)
    for store, serials in old.items():
        decisions.carry_out(hq, hq.journal.append("revoked", store, serials=serials))
    if old:
        try:
            revocation.enforce(hq)
        except BrokerError as error:
            log.warning("the broker still takes the old certificates of %s: %s", ", ".join(old), error)
    return list(old)


def retirer(hq: Hq, *, poll: float = POLL) -> Recurring:
    return Recurring("retiring", (partial(retire, hq), "old certificates could not be taken back"), poll=poll)
