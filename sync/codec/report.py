"""How one end is, told to the other: the latest counts, and the broker keeps it. JSON; what is in it is not sync's."""

from typing import Any

import msgspec

from sync.codec.errors import Malformed

VERSION = 1
LARGEST = 48 * 1024
"""Octets of a report."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """`at` is the clock of who tells it, in milliseconds since 1970."""

    v: int = VERSION
    store: str
    at: int
    state: msgspec.Raw


def encode_report(store: str, at: int, state: Any) -> bytes:
    return msgspec.json.encode(Report(store=store, at=at, state=msgspec.Raw(msgspec.json.encode(state))))


def decode_report(payload: bytes) -> Report:
    """Raises `Malformed`."""
    if len(payload) > LARGEST:
        raise Malformed(f"a report of {len(payload)} octets, {LARGEST} are the most")
    try:
        report = msgspec.json.decode(payload, type=Report)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Malformed(f"not a report ({error})") from error
    if report.v != VERSION:
        raise Malformed(f"report of protocol version {report.v}, this HQ speaks {VERSION}: update HQ first")
    return report
