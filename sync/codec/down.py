"""What HQ says to a box on `tote/1/down/<store>`: receipts, forks, refusals, answers, directives. JSON, told apart by
`type`.

At its end stands `sum`, so that an octet that was altered on the way is noticed: a wrong hash would be a fork, and a
wrong epoch another life of HQ, beside which everything it truly says looks old.
"""

import re
from hashlib import sha256

import msgspec

from sync.codec.ask import Told
from sync.codec.directive import Directed
from sync.codec.errors import Malformed


class Receipt(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="receipt"):
    """ "I have committed everything up to `n` of `log`, whose hash is `hash`."

    `rewind` is true where a batch came with a gap before it: the box sends again from n + 1. `instance` and `epoch`
    name HQ's database and its life (a restore raises the epoch); events up to `trim_to` may be forgotten by the box.
    `at` is HQ's clock in milliseconds, 0 where it is not told: a box without a clock learns the time from it.
    """

    log: str
    n: int
    hash: str
    instance: str
    epoch: int
    trim_to: int = 0
    rewind: bool = False
    at: int = 0


class Fork(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="fork"):
    """Number `n` of `log` is known at HQ with another hash, `hash`."""

    log: str
    n: int
    hash: str


class Refused(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="refused"):
    """HQ changed nothing, and why, for the person who looks after the box."""

    log: str
    reason: str


Answer = Receipt | Fork | Refused
"""To a batch."""
Down = Answer | Told | Directed


_SUM = re.compile(rb',"sum":"([0-9a-f]{16})"\}\Z')


def encode_answer(answer: Down) -> bytes:
    body = msgspec.json.encode(answer).removesuffix(b"}")
    return body + b',"sum":"' + _sum(body) + b'"}'


def decode_answer(payload: bytes) -> Down:
    """Raises `Malformed`, also where `sum` is not that of what stands before it; an older HQ sends none."""
    if (told := _SUM.search(payload)) and told[1] != _sum(payload[: told.start()]):
        raise Malformed("not an answer of HQ (an octet of it was altered on the way)")
    try:
        answer: Down = msgspec.json.decode(payload, type=Down)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Malformed(f"not an answer of HQ ({error})") from error
    return answer


def _sum(body: bytes) -> bytes:
    return sha256(body).hexdigest()[:16].encode()
