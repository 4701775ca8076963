"""Quarantined events tried again, once HQ is mended or updated."""

from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from hq import events, quarantine
from hq.ledger import rules_of
from hq.service import Hq
from hq.store import tables
from hq.transaction import SqlTransaction
from sync.codec import Envelope
from sync.ledger import Rejected


def replay(hq: Hq, log_id: str, n: int) -> str:
    """Applies event `n` of the log after all. Returns "" when it worked, else the reason, which is then the one kept.

    Raises InputError where the event is not in quarantine.
    """
    with hq.engine.begin() as connection:
        kept = quarantine.row(connection, log_id, n)
        this = (quarantine.TABLE.c.log_id == kept.log_id, quarantine.TABLE.c.n == kept.n)
        try:
            _apply(connection, SqlTransaction(connection, rules_of(hq), kept.received), kept)
        except Rejected as error:
            connection.execute(update(quarantine.TABLE).where(*this).values(reason=str(error)[:1000]))
            return str(error)
        connection.execute(delete(quarantine.TABLE).where(*this))
    return ""


def _apply(connection: Connection, transaction: SqlTransaction, kept: Row[Any]) -> None:
    envelope = _envelope(kept)
    if envelope.hash != kept.hash:
        raise Rejected("it did not fit when it came and was cut: it can be read, not applied; drop it")
    if known := events.kept(connection, envelope.id):
        if what := quarantine.difference(known, envelope):
            raise Rejected(f"it bears the id of another event, whose {what} differs: look at that box, then drop it")
        return
    transaction.apply(kept.store, envelope, kept.blob)
    transaction.settle(_skew(connection, kept.log_id))
    transaction.flush()


def _envelope(kept: Row[Any]) -> Envelope:
    return Envelope(
        id=kept.event_id,
        log=kept.log_id,
        n=kept.n,
        kind=kept.kind,
        at=kept.at,
        body=kept.body,
        seal=kept.seal,
        origin=kept.origin,
        prev=kept.prev,
    )


def _skew(connection: Connection, log_id: str) -> int:
    return connection.scalar(select(tables.log.c.skew).where(tables.log.c.log_id == log_id)) or 0
