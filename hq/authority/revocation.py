"""A store's certificates are taken back: on the list, at the broker, and its live sessions end.

In this order: the journal; the files of every broker that was configured here; the command `broker.reload`, after which
nobody comes in with them any more; then the broker is told to hang up on who is still there. That is said more than
once: a broker reads its files again a moment after it is asked to.
"""

import logging
import queue
import shlex
import subprocess
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection, delete, select

from hq import decisions
from hq.authority import codes, for_hq, line_trust, records
from hq.authority.brokers import BrokerError, File, mosquitto, nats
from hq.authority.brokers.writing import put
from hq.config_checks import host_ports
from hq.errors import InputError
from hq.owner import as_caller
from hq.store import tables
from sync.certificates import HQ_NAME
from sync.line import Line, LineUp, Message

if TYPE_CHECKING:
    from hq.service import Hq

log = logging.getLogger(__name__)

FOLDER = "broker:"
"""What the settings begin with that remember a broker: folder, kind, user."""
TOLD = 3
"""Times that the broker is told to hang up, a second between them."""
PATIENCE = 10.0
"""Seconds to wait for the broker's line."""


def revoke(hq: "Hq", store: str) -> int:
    """Takes back every certificate of `store` and ends its unused codes. Returns how many certificates held until now.

    Raises InputError for a store that never had one. What follows for the broker is `enforce`'s.
    """
    with hq.engine.begin() as connection:
        codes.end(connection, store)  # first: whoever enrols this moment is among those below, or refused
    with hq.reading() as connection:
        held = records.of_store(connection, store)
    if not held:
        raise InputError(f"The store {store!r} was never enrolled. tote-hq stores lists them.")
    serials = [each.serial for each in held if not each.revoked]
    if serials:
        entry = hq.journal.append("revoked", store, serials=serials)
        with hq.engine.begin() as connection:
            decisions.apply(connection, entry)
    return len(serials)


def remember(connection: Connection, folder: Path, *, kind: str, user: str) -> None:
    """`folder` holds a broker's configuration: what changes later is written there too."""
    key = f"{FOLDER}{sha256(str(folder).encode()).hexdigest()[:16]}"
    connection.execute(delete(tables.setting).where(tables.setting.c.key == key))
    value = msgspec.json.encode([str(folder), kind, user]).decode()
    connection.execute(tables.setting.insert().values(key=key, value=value))


def enforce(hq: "Hq", *gone: str) -> None:
    """Writes what every broker goes by, has it read again, and has it hang up on the stores `gone`.

    Raises BrokerError naming what could not be done: until it is, a revoked box is not locked out.
    """
    kinds = _write(hq)
    _reload(hq)
    if gone and "mosquitto" in kinds and hq.config.broker.address:
        _hang_up(hq, gone)


def announce(hq: "Hq") -> bool:
    """A certificate was handed out: a broker that goes by a list of those that hold (NATS) learns of it. False where it
    could not be told."""
    try:
        if "nats" in _write(hq, only="nats"):
            _reload(hq)
    except BrokerError:
        log.exception("a new box may not get in until the broker has read its files again")
        return False
    return True


def crl(hq: "Hq", certificates: Sequence[records.Certificate]) -> File:
    return File(path="crl.pem", content=for_hq(hq).revoked(records.serials(certificates), at=hq.clock()))


def speakers(hq: "Hq", certificates: Sequence[records.Certificate]) -> list[nats.Speaker]:
    """Whose certificates hold, HQ's own among them."""
    ours = f"{for_hq(hq).own.serial_number:x}"
    return [(HQ_NAME, ours), *((each.store, each.serial) for each in certificates if not each.revoked)]


def _write(hq: "Hq", *, only: str = "") -> set[str]:
    """The kinds of brokers whose files were written."""
    with hq.reading() as connection:
        setting = tables.setting.c
        rows = list(connection.scalars(select(setting.value).where(setting.key.startswith(FOLDER))))
        certificates = records.every(connection)
    kinds = set()
    for value in rows:
        folder, kind, user = msgspec.json.decode(value)
        if only not in ("", kind):
            continue
        file = crl(hq, certificates) if kind == "mosquitto" else nats.users(speakers(hq, certificates))
        try:
            with as_caller():
                put(Path(folder), file, user=user)
        except OSError as error:
            raise BrokerError(f"{folder}/{file.path} can't be written ({error}). Run it as who may.") from error
        kinds.add(kind)
    return kinds


def _reload(hq: "Hq") -> None:
    command = hq.config.broker.reload
    if not command:
        raise BrokerError("Tell the broker to read its files again (SIGHUP); set broker.reload, and HQ does it itself.")
    try:
        with as_caller():
            subprocess.run(shlex.split(command), check=True, capture_output=True, timeout=60)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        said = (getattr(error, "stderr", None) or b"").decode(errors="replace").strip()
        raise BrokerError(f"broker.reload ({command}) failed: {said or error}") from error


def _hang_up(hq: "Hq", stores: Sequence[str]) -> None:
    addresses = host_ports(hq.config.broker.address, "broker.address")
    line = Line(addresses, name="tote-hq-revoke", subscriptions=(mosquitto.HEARD,), tls=line_trust(hq))
    line.start()
    try:
        _await(line, LineUp)
        for turn in range(TOLD):
            time.sleep(turn and 1)
            for store in stores:
                line.publish(mosquitto.CONTROL, mosquitto.hang_up(store))
                _await(line, Message)
    except queue.Empty as error:
        why = line.trouble or "it does not answer; broker.address names it"
        raise BrokerError(f"The broker can't be told to hang up on live sessions: {why}. Restart it.") from error
    finally:
        line.stop()


def _await(line: Line, kind: type) -> None:
    ends = time.monotonic() + PATIENCE
    while not isinstance(line.inbox.get(timeout=max(0, ends - time.monotonic())), kind):
        pass
