"""What HQ answers a box on `tote/1/down/<store>`: receipts, forks, refusals. Plain JSON, told apart by `type`."""

import msgspec

from sync.codec.errors import Malformed


class Receipt(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="receipt"):
    """ "I have committed everything up to `n` of `log`, whose hash is `hash`."

    `rewind` is true where a batch came with a gap before it: the box sends again from n + 1. `instance` and `epoch`
    name HQ's database and its life (a restore raises the epoch); events up to `trim_to` may be forgotten by the box.
    """

    log: str
    n: int
    hash: str
    instance: str
    epoch: int
    trim_to: int = 0
    rewind: bool = False


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


def encode_answer(answer: Answer) -> bytes:
    return msgspec.json.encode(answer)


def decode_answer(payload: bytes) -> Answer:
    """Raises `Malformed`."""
    try:
        answer: Answer = msgspec.json.decode(payload, type=Answer)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Malformed(f"not an answer of HQ ({error})") from error
    return answer
