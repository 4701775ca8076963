"""Messages of boxes -> what to answer, and on which topic. What is refused is logged once, counted for `tote-hq
stores`, and changes nothing else."""

import logging
import re
from collections.abc import Iterable, Sequence

from hq import stores
from hq.ledger import SqlLedger
from hq.service import Hq
from sync import topics
from sync.codec import Answer, Malformed, Receipt, Refused, encode_answer
from sync.ingest import Outcome, ingest_all

log = logging.getLogger(__name__)

LONGEST = 200
"""Characters told of a refusal: the batch that is refused may have written any of them."""
Answered = tuple[str, bytes]
"""Topic and payload."""
_UP = re.compile(r"tote/1/up/([0-9]{1,2})/([a-z0-9-]{1,32})")


def take(hq: Hq, ledger: SqlLedger, topic: str, payload: bytes) -> Answered | None:
    """One message of a box, and its answer; None where there is nobody to answer."""
    return next(iter(take_all(hq, ledger, [(topic, payload)])), None)


def take_all(hq: Hq, ledger: SqlLedger, messages: Iterable[tuple[str, bytes]]) -> list[Answered]:
    """Takes messages (topic and payload) in together, and returns what is to be answered.

    Raises `sync.ledger.Unavailable`: nothing of any was taken then.
    """
    known = [(store, payload) for topic, payload in messages if (store := _store_of(topic, payload))]
    outcomes = list(zip(known, ingest_all(ledger, known), strict=True)) if known else []
    refused = [(store, reason) for (store, payload), outcome in outcomes if (reason := _refusal(payload, outcome))]
    if refused:
        refuse(hq, refused)
    answers = [(store, outcome) for (store, _), outcome in outcomes if not isinstance(outcome, Exception)]
    return [answered(store, answer) for store, answer in _last_words(answers)]


def answered(store: str, answer: Answer) -> Answered:
    return topics.down(store), encode_answer(answer)


def _store_of(topic: str, payload: bytes) -> str:
    match = _UP.fullmatch(topic)
    if match is None or int(match[1]) != topics.shard(match[2]):
        log.warning("dropped %s octets on %s: no topic of a store", len(payload), topic[:100])
        return ""
    return match[2]


def _refusal(payload: bytes, outcome: Outcome) -> str:
    match outcome:
        case Malformed():
            return f"a payload of {len(payload)} octets: {outcome}"
        case Refused(reason=reason):
            return reason
        case Exception():
            log.error("a batch could not be taken, its box sends it again", exc_info=outcome)
    return ""


def refuse(hq: Hq, refused: Sequence[tuple[str, str]]) -> None:
    """Logs and counts what was refused: store ("" for a topic that is no store's) and reason of each."""
    with hq.engine.begin() as connection:
        for store, reason in refused:
            log.warning("refused on %s: %s", topics.up(store) if store else "other topics", reason[:LONGEST])
            if store:
                stores.refuse(connection, store, reason[:LONGEST], at=hq.clock())


def _last_words(answers: Sequence[tuple[str, Answer]]) -> list[tuple[str, Answer]]:
    """Of the plain receipts of one log only the last: it says what the others said."""
    latest = {answer.log: place for place, (_, answer) in enumerate(answers) if _is_plain(answer)}
    return [one for place, one in enumerate(answers) if not _is_plain(one[1]) or latest[one[1].log] == place]


def _is_plain(answer: Answer) -> bool:
    return isinstance(answer, Receipt) and not answer.rewind
