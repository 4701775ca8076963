"""Directives travel as the document says, reach one store alone, and can't be altered, cut or blown up."""

from hashlib import sha256

import msgspec
import pytest
import zstandard

from sync.codec import (
    BadSignature,
    Directed,
    Directive,
    FeedDelta,
    Malformed,
    decode_answer,
    directed,
    directives_in,
    encode_answer,
    sign_delta,
    verify_key_of,
)
from tests.sync.codec.test_golden import GOLDEN, SIGNING_SEED

STORE, KEY = "aurora-tartu", verify_key_of(SIGNING_SEED)
LINES = GOLDEN["directives"]


def documented() -> Directed:
    answer = decode_answer(GOLDEN["directed"].encode())
    assert isinstance(answer, Directed)
    return answer


def test_the_message_is_the_documented_json_and_holds_the_documented_lines() -> None:
    found = directives_in(KEY, STORE, documented().delta)
    assert "\n".join(msgspec.json.encode(one).decode() for one in found) == LINES
    assert encode_answer(documented()).decode() == GOLDEN["directed"]
    assert documented().delta.signed_text().decode() == GOLDEN["directed-signed-text"]


def test_what_hq_writes_is_what_a_box_reads() -> None:
    told = [
        Directive("a" * 32, 1, 7, "LetBasketGo", '{"basket":"\\u2028 line\\n"}'),
        Directive("b" * 32, 2, 8, "X", "{}"),
    ]
    delta = directed(SIGNING_SEED, STORE, (1, 6), told).delta
    assert (delta.since, delta.version) == ((1, 6), (2, 8))
    assert list(directives_in(KEY, STORE, delta)) == told


def test_what_was_said_to_one_store_is_refused_by_another() -> None:
    with pytest.raises(BadSignature, match="aurora-tartu' came to store 'aurora-parnu"):
        directives_in(KEY, "aurora-parnu", documented().delta)


@pytest.mark.parametrize("field", ["feed", "n", "since_n", "epoch", "sha256"])
def test_whatever_is_altered_is_refused(field: str) -> None:
    value = getattr(documented().delta, field)
    other = value + 1 if isinstance(value, int) else value[:-1] + "0"
    with pytest.raises(BadSignature):
        directives_in(KEY, STORE, msgspec.structs.replace(documented().delta, **{field: other}))


def test_other_octets_under_a_true_signature_are_refused() -> None:
    other = directed(SIGNING_SEED, STORE, (1, 57), [Directive("c" * 32, 1, 58, "LetBasketGo", "{}")]).delta
    with pytest.raises(BadSignature):
        directives_in(KEY, STORE, msgspec.structs.replace(documented().delta, data=other.data))


@pytest.mark.parametrize("plain", [b"\0" * (9 << 20), b'["a",1]\n', b"{}"])
def test_a_bomb_and_what_is_no_directive_are_malformed_though_signed(plain: bytes) -> None:
    packed = zstandard.compress(plain)
    about = {"feed": f"directives/{STORE}", "since_epoch": 0, "since_n": 0, "epoch": 1, "n": 1, "size": len(packed)}
    made = FeedDelta(**about, sha256=sha256(packed).hexdigest(), data=packed)
    with pytest.raises(Malformed):
        directives_in(KEY, STORE, sign_delta(SIGNING_SEED, made))
