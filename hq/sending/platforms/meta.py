"""Meta's Custom Audiences: POST and DELETE of /AUDIENCE/users, 10,000 rows at most, each request a session of its own.

A row holds one hash, so that each can be taken back by itself. Rules: Meta's page "Customer File Custom Audiences".
"""

import secrets
from collections.abc import Sequence
from typing import ClassVar

from hq.config_marketing import Destination
from hq.exports.platforms import PLATFORMS, Platform
from hq.sending.adapters import Key
from hq.sending.posting import Line, NotSent
from hq.sending.tokens import token

GRAPH = "https://graph.facebook.com/v25.0"
SCHEMA = {"mail": "EMAIL", "phone": "PHONE"}


class Meta:
    hashing: ClassVar[Platform] = PLATFORMS["meta"]
    most: ClassVar[int] = 10_000

    def __init__(self, destination: Destination, line: Line) -> None:
        self._url = f"{(destination.url or GRAPH).rstrip('/')}/{destination.id}/users"
        self._headers = {"Authorization": f"Bearer {token(destination)}"}
        self._line = line

    def add(self, keys: Sequence[Key]) -> None:
        self._send("POST", keys)

    def remove(self, keys: Sequence[Key]) -> None:
        self._send("DELETE", keys)

    def _send(self, method: str, keys: Sequence[Key]) -> None:
        rows = [[key.value if key.kind == kind else "" for kind in SCHEMA] for key in keys]
        session = {
            "session_id": secrets.randbelow(1 << 62),
            "batch_seq": 1,
            "last_batch_flag": True,
            "estimated_num_total": len(rows),
        }
        body = {"session": session, "payload": {"schema": list(SCHEMA.values()), "data": rows}}
        answer = self._line.send(method, self._url, body, headers=self._headers)
        if (bad := answer.get("num_invalid_entries", 0)) and bad == len(rows):
            raise NotSent(f"Meta finds all {bad} rows of a batch invalid")
