"""Questions of a box that wait for an answer, on `tote/1/ask/<shard>/<store>`, and HQ's answers, on the down topic."""

from typing import Any

import msgspec

from sync.codec.errors import Malformed

VERSION = 1
LARGEST = 16 * 1024
"""Octets of a question."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """`id` is drawn at random and comes back with the answer. `kind` names what is asked ("profile", "stock")."""

    v: int = VERSION
    id: str
    store: str
    kind: str
    body: dict[str, Any]


class Told(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="told"):
    """The answer to question `id`: `body`, or the reason in `error` where HQ can't or won't say."""

    id: str
    body: dict[str, Any] = {}
    error: str = ""


def encode_question(question: Question) -> bytes:
    return msgspec.json.encode(question)


def decode_question(payload: bytes) -> Question:
    """Raises `Malformed`."""
    if len(payload) > LARGEST:
        raise Malformed(f"a question of {len(payload)} octets, {LARGEST} are the most")
    try:
        question = msgspec.json.decode(payload, type=Question)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Malformed(f"not a question ({error})") from error
    if question.v != VERSION:
        raise Malformed(f"question of protocol version {question.v}, this HQ speaks {VERSION}: update HQ first")
    return question
