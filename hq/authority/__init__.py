"""HQ's own certificate authority: who may speak on the line, and as whom.

authority      the CA's files in D/keys, and what it hands out
codes          one-time codes of enrolment
enrolment      a box's request, answered
records        which certificates were handed out and taken back
brokers        the whole configuration of a broker; mosquitto, nats
revocation     a certificate taken back: list, broker, live session
sessions       two boxes on the line as one store; `watch` listens for them
"""

import time
from typing import TYPE_CHECKING

from sync.tls import Trust, trust

if TYPE_CHECKING:
    from hq.authority.authority import Authority
    from hq.service import Hq


def for_hq(hq: "Hq") -> "Authority":
    """The authority of this HQ, made now if it was never needed before. Raises KeysError."""
    from hq.authority.authority import open_or_create  # `cryptography` takes its time: only who needs it

    return open_or_create(hq.dir / "keys", name=f"Tote HQ {hq.keys.fingerprint}", at=hq.clock())


def line_trust(hq: "Hq") -> Trust:
    """HQ's end of a secure line: its own authority, its own certificate, its own clock. Raises KeysError."""
    authority = for_hq(hq)
    certificate, key = authority.hq_files
    return trust(time.time, ca=authority.ca_file, certificate=certificate, key=key)
