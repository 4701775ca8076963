"""The broker, found out by what arrives: its acknowledgements say nothing.

For a moment the doctor is a box of its own, `doctor-…`, with a certificate of a day: what it says for itself has to
reach HQ, what HQ says to it has to reach it, and what it says in the name of another store must reach nobody. A cluster
of NATS lets in whom its list names, so there HQ's own end is tried alone.
"""

import secrets
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from queue import Empty
from typing import TypeVar

from hq.authority import for_hq, line_trust
from hq.config_checks import host_ports
from hq.doctor import Check
from hq.service import Hq
from sync import certificates, topics
from sync.certificates import moment, new_key, pem, pem_of_key
from sync.durable import keep
from sync.line import Address, Line, LineUp, Message
from sync.tls import Trust, trust

PATIENCE, FOREIGN = 5.0, 1.5
"""Seconds for what has to arrive, and for what must not."""
RULES = "Let the broker run what tote-hq broker-config writes: docs/security.md."
T = TypeVar("T")


def examine(hq: Hq) -> Iterator[Check]:
    addresses = host_ports(hq.config.broker.address, "broker.address")
    if not addresses:
        words = "none is set: no store reaches HQ"
        yield Check(what="broker", ok=False, words=words, remedy="Set broker.address.")
        return
    tls, name = (line_trust(hq) if hq.config.broker.tls else None), f"doctor-{secrets.token_hex(6)}"
    with _line(addresses, "tote-hq-doctor", tls, topics.here(name), topics.here(f"{name}-other")) as ours:
        if _next(ours, LineUp, PATIENCE) is None:
            words = f"{hq.config.broker.address} does not let HQ in{f': {ours.trouble}' if ours.trouble else ''}"
            remedy = "Is it running? Check broker.address and broker.tls; events wait on the boxes, nothing is lost."
            yield Check(what="broker", ok=False, words=words, remedy=remedy)
            return
        yield Check(what="broker", ok=True, words=f"{hq.config.broker.address} lets HQ in")
        with _as_box(hq, name) as theirs, _line(addresses, name, theirs, topics.down(name)) as box:
            yield from _tried(ours, box, name, lax=tls is None and all(_is_loopback(host) for host, _ in addresses))


def _tried(ours: Line, box: Line, name: str, *, lax: bool) -> Iterator[Check]:
    if _next(box, LineUp, PATIENCE) is None:
        words = "a box that is on no list is not let in, as on NATS; what boxes may say was not tried"
        yield Check(what="delivery", ok=True, words=words)
        return
    mark = secrets.token_hex(8).encode()
    box.publish(topics.here(f"{name}-other"), mark)
    box.publish(topics.here(name), mark)
    heard = _until(ours, topics.here(name), PATIENCE)
    ours.publish(topics.down(name), mark)
    answered = _next(box, Message, PATIENCE)
    both = heard is not None and answered is not None
    missing = "" if both else "HQ" if heard is None else "the box"
    words = "what a box says reaches HQ, and HQ's answer the box" if both else f"what was said did not reach {missing}"
    yield Check(what="delivery", ok=both, words=words, remedy="" if both else RULES)
    foreign = any(one.topic == topics.here(f"{name}-other") for one in heard or ())
    words = "the broker lets a store speak for itself alone"
    if foreign:
        words = "the broker lets anybody speak for any store" + (": it is on this machine alone" if lax else "")
    yield Check(what="access", ok=lax or not foreign, words=words, remedy="" if lax or not foreign else RULES)


def _until(line: Line, topic: str, seconds: float) -> list[Message] | None:
    """All that came up to the first message on `topic`, and shortly after; None where none came."""
    found, ends = list[Message](), time.monotonic() + seconds
    while (message := _next(line, Message, ends - time.monotonic())) is not None:
        found.append(message)
        if message.topic == topic:
            more = _next(line, Message, FOREIGN)
            return [*found, more] if more else found
    return None


@contextmanager
def _as_box(hq: Hq, name: str) -> Iterator[Trust | None]:
    """Whom the doctor's box trusts, and who it is: of keys that are gone with the block."""
    if not hq.config.broker.tls:
        yield None
        return
    authority, key = for_hq(hq), new_key()
    at = moment(hq.clock())
    made = certificates.client_of(authority.certificate, authority.key, key.public_key(), name=name, at=at, days=1)
    with tempfile.TemporaryDirectory(prefix="tote-doctor-") as folder:
        files = Path(folder, "box.crt"), Path(folder, "box.key")
        keep(files[0], pem(made))
        keep(files[1], pem_of_key(key), mode=0o600)
        yield trust(time.time, ca=authority.ca_file, certificate=files[0], key=files[1])


@contextmanager
def _line(addresses: Sequence[Address], name: str, tls: Trust | None, *topics_: str) -> Iterator[Line]:
    line = Line(addresses, name=name, subscriptions=topics_, tls=tls)
    line.start()
    try:
        yield line
    finally:
        line.stop()


def _next(line: Line, kind: type[T], seconds: float) -> T | None:
    ends = time.monotonic() + seconds
    try:
        while (left := ends - time.monotonic()) > 0:
            if isinstance(happened := line.inbox.get(timeout=left), kind):
                return happened
    except Empty:
        pass
    return None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
