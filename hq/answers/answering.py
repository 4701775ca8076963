"""One question of a box: whether it is to be answered at all, and the answer's bytes."""

import logging
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection

from hq import stores
from hq.answers import backup, https, profile, renewal
from hq.answers.backup import BackupQuestion
from hq.answers.https import HttpsQuestion
from hq.answers.profile import ProfileQuestion
from hq.answers.renewal import RenewQuestion
from hq.answers.shown import shown
from hq.answers.stock import Counts, StockQuestion
from hq.errors import HqError
from hq.service import Hq
from sync import topics
from sync.allowance import Allowance
from sync.codec import BadSeal, Malformed, Told, encode_answer
from sync.codec.ask import Question, decode_question

log = logging.getLogger(__name__)

RATES = {
    "stock": (10.0, 20.0),
    "profile": (3.0, 10.0),
    "https": (0.02, 5.0),
    "backup": (0.02, 5.0),
    "renew": (0.01, 3.0),
}
"""Questions a second of one store, and at once: twice what a box allows itself of stock; of people no more than cards
can be held up, since a stolen box may try numbers; of certificates, and of the keys
of backups, one when there is reason to, and some to spare."""
Q = TypeVar("Q", StockQuestion, ProfileQuestion, HttpsQuestion, BackupQuestion, RenewQuestion)
STORES = 20_000
"""Stores whose rates are remembered, those that asked last."""
_ASK = re.compile(r"tote/1/ask/([0-9]{1,2})/([a-z0-9-]{1,32})")
_ID = re.compile(r"[0-9a-f]{32}")


class Unanswered(Exception):
    """The question is refused; `str()` says why, and nothing that the question said of people."""


class Answering:
    """Not thread-safe. `refuse(store, reason)` is told of every question that is refused."""

    def __init__(self, hq: Hq, refuse: Callable[[str, str], None], now: Callable[[], float] = time.monotonic) -> None:
        self._hq, self._refuse, self._now = hq, refuse, now
        self._allowances: OrderedDict[tuple[str, str], Allowance] = OrderedDict()
        self._counts = Counts(now)

    def take(self, topic: str, payload: bytes) -> tuple[str, bytes] | None:
        """One message: topic and payload of the answer, None where there is nobody to answer."""
        match = _ASK.fullmatch(topic)
        if match is None or int(match[1]) != topics.shard(match[2]):
            log.warning("dropped %s octets on %s: no topic of a store", len(payload), topic[:100])
            return None
        store = match[2]
        try:
            question = self._question(store, payload)
        except Malformed as error:
            self._refuse(store, f"a question of {len(payload)} octets: {error}")
            return None
        return topics.down(store), encode_answer(self._told(store, question))

    def _question(self, store: str, payload: bytes) -> Question:
        question = decode_question(payload)
        if not _ID.fullmatch(question.id):
            raise Malformed("its id is not 32 hex digits")
        return question

    def _told(self, store: str, question: Question) -> Told:
        try:
            return Told(id=question.id, body=self._body(store, question))
        except Unanswered as error:
            self._refuse(store, str(error))
            return Told(id=question.id, error=str(error))

    def _body(self, store: str, question: Question) -> dict[str, Any]:
        if question.store != store:
            raise Unanswered("a question in the name of another store")
        if question.kind not in RATES:
            raise Unanswered("a question of a kind that this HQ does not know: update HQ first")
        if not self._allowance(store, question.kind).take():
            raise Unanswered(f"more questions about {question.kind} than a shop has")
        with self._hq.reading() as connection:
            if not stores.known(connection, store):
                raise Unanswered(f"store {store!r} is not known here")
            return self._answer(connection, store, question)

    def _answer(self, connection: Connection, store: str, question: Question) -> dict[str, Any]:
        if question.kind == "stock":
            of_stock = _asked(question, StockQuestion)
            return shown("stock", "", self._counts.answer(connection, store, of_stock))
        if question.kind == "https":
            of_screens = _asked(question, HttpsQuestion)
            return shown("https", "", self._vouched(lambda: https.answer(self._hq, store, of_screens)))
        if question.kind == "renew":
            of_key = _asked(question, RenewQuestion)
            return shown("renew", "", self._vouched(lambda: renewal.answer(self._hq, store, of_key)))
        if question.kind == "backup":
            return shown("backup", "", self._key_of(store, _asked(question, BackupQuestion)))
        of_person = _asked(question, ProfileQuestion)
        return shown(
            "profile",
            of_person.screen,
            profile.answer(connection, self._hq.keys, self._hq.config, of_person, self._hq.clock()),
        )

    def _vouched(self, answer: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        try:
            return answer()
        except HqError as error:
            raise Unanswered(f"a certificate: {error}") from error

    def _key_of(self, store: str, question: BackupQuestion) -> dict[str, Any]:
        try:
            return backup.answer(self._hq.keys, store, question)
        except BadSeal as error:
            raise Unanswered(f"the key of a backup: {error}") from error

    def _allowance(self, store: str, kind: str) -> Allowance:
        allowance = self._allowances.setdefault((store, kind), Allowance(*RATES[kind], self._now))
        self._allowances.move_to_end((store, kind))
        if len(self._allowances) > STORES * len(RATES):
            self._allowances.popitem(last=False)
        return allowance


def _asked(question: Question, form: type[Q]) -> Q:
    """What is asked, strictly. The reason for a refusal never repeats it: it may be a card's number."""
    try:
        return msgspec.convert(question.body, form)
    except msgspec.ValidationError as error:
        raise Unanswered(f"a question about {question.kind} that asks for something else") from error
