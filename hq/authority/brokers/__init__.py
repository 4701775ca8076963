"""The whole configuration of a broker, written to a folder: `mosquitto`, or `nats` for a cluster.

The tests run exactly what is written here. A folder once written is remembered, so that a revocation reaches it.
"""

from dataclasses import dataclass

from hq.errors import HqError


class BrokerError(HqError):
    """The configuration can't be written; `str()` names the fix."""


@dataclass(frozen=True, kw_only=True)
class File:
    """`path` is relative to the folder. `secret`: for the broker's user alone; `own`: the broker writes it itself."""

    path: str
    content: bytes
    secret: bool = False
    own: bool = False
