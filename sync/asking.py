"""Questions to HQ that somebody waits for: answered in milliseconds, or given up.

Nothing is kept or repeated. Whoever asks what is being asked at this moment shares the answer, and an answer holds for
a few seconds. After a question was given up none goes out for a while: screens must not queue up behind a line that is
half open. What was asked is remembered only as a hash under a key of this process: a card's number stays nowhere.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from threading import Event, Lock
from typing import Any

import msgspec

from sync import topics
from sync.allowance import Allowance
from sync.codec import Told
from sync.codec.ask import Question, encode_question

PATIENCE = 0.8
"""Seconds until a question is given up."""
FRESH = 5.0
"""Seconds for which an answer is given again without asking."""
REST = 3.0
"""Seconds without questions after one was given up; any answer of HQ ends them."""
RATE, BURST = 5, 10
"""Questions a second of the whole store, and at once."""


@dataclass(eq=False)
class _Asked:
    """One question on its way, and then its answer. `told`: when, by the monotonic clock."""

    key: bytes
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    done: Event = field(default_factory=Event)
    body: dict[str, Any] | None = None
    told: float | None = None


class Asking:
    """Safe from any thread, except that `ask` must not be called on the thread that calls `told`."""

    def __init__(
        self, publish: Callable[[str, bytes], bool], store: str, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        """`publish(topic, payload)` is False while the line is down; `now` is a monotonic clock in seconds."""
        self._publish, self._store, self._now = publish, store, now
        self._secret, self._lock = secrets.token_bytes(32), Lock()
        self._allowance = Allowance(RATE, BURST, now)
        self._asked: dict[bytes, _Asked] = {}
        self._by_id: dict[str, _Asked] = {}
        self._rests_until = now()

    def ask(self, kind: str, body: dict[str, Any], timeout: float = PATIENCE) -> dict[str, Any] | None:
        """HQ's answer, which is not to be changed. None without one in `timeout` seconds, at once where the line is
        down or rests, where this store asks too much, and where HQ can't or won't say."""
        asked, new = self._find_or_make(self._key(kind, body))
        if asked is None:
            return None
        if new and not self._send(asked, kind, body):
            self._settle(asked, None)
        if not asked.done.wait(timeout):
            self._give_up(asked)
        return asked.body

    def told(self, answer: Told) -> None:
        """HQ answered some question of this store."""
        with self._lock:
            self._rests_until = self._now()
            asked = self._by_id.get(answer.id)
        if asked:
            self._settle(asked, None if answer.error else answer.body)

    def _key(self, kind: str, body: dict[str, Any]) -> bytes:
        return blake2b(msgspec.json.encode([kind, body], order="sorted"), key=self._secret, digest_size=16).digest()

    def _find_or_make(self, key: bytes) -> tuple[_Asked | None, bool]:
        with self._lock:
            self._forget_old()
            if asked := self._asked.get(key):
                return asked, False
            if self._now() < self._rests_until or not self._allowance.take():
                return None, False
            asked = self._asked[key] = _Asked(key)
            self._by_id[asked.id] = asked
            return asked, True

    def _forget_old(self) -> None:
        edge = self._now() - FRESH
        for asked in [a for a in self._asked.values() if a.told is not None and a.told <= edge]:
            del self._asked[asked.key]

    def _send(self, asked: _Asked, kind: str, body: dict[str, Any]) -> bool:
        question = Question(id=asked.id, store=self._store, kind=kind, body=body)
        return self._publish(topics.ask(self._store), encode_question(question))

    def _settle(self, asked: _Asked, body: dict[str, Any] | None) -> None:
        with self._lock:
            if self._by_id.pop(asked.id, None) is None:
                return
            asked.body, asked.told = body, self._now()
            if body is None:
                self._asked.pop(asked.key, None)
        asked.done.set()

    def _give_up(self, asked: _Asked) -> None:
        with self._lock:
            if self._by_id.pop(asked.id, None) is None:
                return  # told in the last moment, or given up by another who waits for it
            self._asked.pop(asked.key, None)
            self._rests_until = self._now() + REST
        asked.done.set()
