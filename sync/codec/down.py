"""What HQ says to a box on `tote/1/down/<store>`: receipts, forks, refusals, answers. JSON, told apart by `type`."""

import msgspec

from sync.codec.ask import Told
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
Down = Answer | Told


def encode_answer(answer: Down) -> bytes:
    return msgspec.json.encode(answer)


def decode_answer(payload: bytes) -> Down:
    """Raises `Malformed`."""
    try:
        answer: Down = msgspec.json.decode(payload, type=Down)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Malformed(f"not an answer of HQ ({error})") from error
    return answer
