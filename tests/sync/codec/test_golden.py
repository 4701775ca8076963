"""The bytes in `docs/protocol.md` are the bytes of the code."""

import re
from pathlib import Path

import msgspec
import pytest
import zstandard
from nacl.signing import SigningKey

from edge.domain.box_state import BoxState
from sync.codec import (
    GENESIS,
    BadSeal,
    BadSignature,
    Batch,
    Fork,
    Malformed,
    Receipt,
    Refused,
    Told,
    blob_hash,
    decode_answer,
    decode_batch,
    decode_delta,
    decode_head,
    decode_question,
    decode_report,
    encode_answer,
    encode_batch,
    encode_delta,
    encode_head,
    encode_question,
    encode_report,
    sign_delta,
    sign_head,
    unseal,
    verify_delta,
    verify_head,
)

DOCUMENT = Path(__file__).parents[3] / "docs" / "protocol.md"
GOLDEN = dict(re.findall(r"```\w+ golden:([\w-]+)\n(.*?)\n```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL))
SEAL_KEY, SIGNING_SEED = bytes(range(32)), bytes(range(32, 64))


def batch() -> Batch:
    return decode_batch(bytes.fromhex(GOLDEN["batch-packed"]))


def test_the_packed_batch_unpacks_to_the_documented_json() -> None:
    unpacked = zstandard.ZstdDecompressor().decompress(bytes.fromhex(GOLDEN["batch-packed"]))
    assert unpacked.decode() == GOLDEN["batch"] == msgspec.json.encode(batch()).decode()


def test_events_are_hashed_over_the_documented_input() -> None:
    first, second = batch().envelopes()
    assert (first.hash, second.hash) == (GOLDEN["hash-1"], GOLDEN["hash-2"])
    for number, event in ((1, first), (2, second)):
        head, body = GOLDEN[f"hash-input-{number}"].rsplit("\n", 1)
        fields = ["tote-event/1", event.id, event.log, str(event.n), event.kind, str(event.at)]
        assert head.split("\n") == [*fields, event.seal or "-", event.origin or "-", event.prev]
        assert body == event.body
    assert first.prev == GENESIS and second.prev == first.hash


def test_a_delta_is_signed_over_the_documented_text() -> None:
    delta = decode_delta(GOLDEN["delta"].encode())
    assert delta.signed_text().decode() == GOLDEN["delta-signed-text"]
    assert encode_delta(sign_delta(SIGNING_SEED, delta)).decode() == GOLDEN["delta"]
    key = bytes(SigningKey(SIGNING_SEED).verify_key)
    verify_delta(key, delta)
    for field in ("feed", "since_epoch", "since_n", "epoch", "n", "size", "sha256"):
        value = getattr(delta, field)
        forged = msgspec.structs.replace(delta, **{field: value + 1 if isinstance(value, int) else value[:-1] + "x"})
        with pytest.raises(BadSignature):
            verify_delta(key, forged)


@pytest.mark.parametrize(("name", "kind"), [("receipt", Receipt), ("fork", Fork), ("refused", Refused), ("told", Told)])
def test_answers_are_the_documented_json(name: str, kind: type) -> None:
    answer = decode_answer(GOLDEN[name].encode())
    assert isinstance(answer, kind)
    assert encode_answer(answer).decode() == GOLDEN[name]


@pytest.mark.parametrize("name", ["receipt", "fork", "refused", "told"])
def test_an_octet_that_was_altered_on_the_way_changes_no_answer(name: str) -> None:
    whole = GOLDEN[name].encode()
    answer = decode_answer(whole)
    for at in range(len(whole)):
        for altered in (whole[at] ^ 1, whole[at] ^ 4, whole[at] ^ 0x55, ord("0"), ord('"'), ord("}")):
            try:
                assert decode_answer(whole[:at] + bytes([altered]) + whole[at + 1 :]) == answer
            except Malformed:
                continue


def test_an_older_hq_sends_no_sum() -> None:
    body = GOLDEN["receipt"].encode()
    assert decode_answer(body[: body.index(b',"sum"')] + b"}") == decode_answer(body)


def test_a_question_is_the_documented_json() -> None:
    assert encode_question(decode_question(GOLDEN["question"].encode())).decode() == GOLDEN["question"]


def test_a_question_too_long_or_of_a_later_version_is_malformed() -> None:
    later = GOLDEN["question"].replace('"v":1', '"v":2')
    for payload in (later.encode(), b"{}", b"[" * 9000, GOLDEN["question"].encode() + b" " * 16384):
        with pytest.raises(Malformed):
            decode_question(payload)


def test_a_report_is_the_documented_json_and_the_box_state_it_holds() -> None:
    report = decode_report(GOLDEN["report"].encode())
    state = msgspec.json.decode(report.state, type=BoxState)
    assert encode_report(report.store, report.at, state).decode() == GOLDEN["report"]


def test_a_report_too_long_or_of_a_later_version_is_malformed() -> None:
    later = GOLDEN["report"].replace('"v":1', '"v":2')
    for payload in (later.encode(), b"{}", b"[" * 9000, GOLDEN["report"].encode() + b" " * 49_152):
        with pytest.raises(Malformed):
            decode_report(payload)


def test_a_batch_says_that_its_box_forgot_only_where_it_did() -> None:
    cut = msgspec.structs.replace(batch(), cut=True)
    assert decode_batch(encode_batch(cut)).cut is True
    assert b"cut" not in msgspec.json.encode(batch())


def test_an_empty_seal_is_not_the_same_as_none() -> None:
    event, _ = batch().envelopes()
    assert msgspec.structs.replace(event, seal="").hash != event.hash != msgspec.structs.replace(event, origin="").hash


def test_the_seal_opens_and_its_hash_is_the_events() -> None:
    blob = bytes.fromhex(GOLDEN["seal-blob"])
    assert unseal(SEAL_KEY, blob).decode() == GOLDEN["seal-plain"]
    assert blob_hash(blob) == GOLDEN["seal-hash"] == list(batch().envelopes())[1].seal


def test_a_changed_or_foreign_blob_does_not_open() -> None:
    blob = bytes.fromhex(GOLDEN["seal-blob"])
    with pytest.raises(BadSeal):
        unseal(SEAL_KEY, blob[:-1] + bytes([blob[-1] ^ 1]))
    with pytest.raises(BadSeal):
        unseal(bytes(32), blob)


def test_the_head_is_signed_over_the_documented_text() -> None:
    head = decode_head(GOLDEN["head"].encode())
    assert head.signed_text().decode() == GOLDEN["head-signed-text"]
    assert encode_head(sign_head(SIGNING_SEED, head)).decode() == GOLDEN["head"]
    verify_head(bytes(SigningKey(SIGNING_SEED).verify_key), head)


@pytest.mark.parametrize("field", ["feed", "epoch", "n", "url", "size", "sha256", "signature"])
def test_a_head_changed_in_any_field_is_refused(field: str) -> None:
    head = decode_head(GOLDEN["head"].encode())
    value = getattr(head, field)
    forged = msgspec.structs.replace(head, **{field: value + 1 if isinstance(value, int) else value[:-1] + "0"})
    with pytest.raises(BadSignature):
        verify_head(bytes(SigningKey(SIGNING_SEED).verify_key), forged)


@pytest.mark.parametrize("size", [0, 1, 10, 200])
def test_a_truncated_batch_is_malformed(size: int) -> None:
    with pytest.raises(Malformed):
        decode_batch(bytes.fromhex(GOLDEN["batch-packed"])[:size])


def test_a_batch_whose_event_was_edited_is_malformed() -> None:
    honest = batch()
    edited = msgspec.structs.replace(honest.events[0], body="{}")
    with pytest.raises(Malformed, match="chain of events 1 to 2 is broken"):
        decode_batch(encode_batch(msgspec.structs.replace(honest, events=[edited, honest.events[1]])))


def test_a_batch_of_a_later_version_says_what_to_do() -> None:
    with pytest.raises(Malformed, match="update HQ first"):
        decode_batch(encode_batch(msgspec.structs.replace(batch(), v=2)))


def of_size(size: int) -> bytes:
    """A frame of 17 octets that says it unpacks to `size`."""
    return b"\x28\xb5\x2f\xfd\xe0" + size.to_bytes(8, "little") + b"\x01\x00\x00"


@pytest.mark.parametrize("told", [True, False])
def test_a_bomb_is_malformed_and_not_unpacked(told: bool) -> None:
    blanks = zstandard.ZstdCompressor(write_content_size=told).compress(b" " * (9 * 1024 * 1024) + encoded())
    assert len(blanks) < 8192
    with pytest.raises(Malformed, match="8388608 are the most" if told else "not a whole zstd frame"):
        decode_batch(blanks)


@pytest.mark.parametrize("size", [2**24, 2**40, 2**62])
def test_a_frame_that_claims_a_size_gets_no_room_for_it(size: int) -> None:
    with pytest.raises(Malformed, match=f"unpacks to {size} octets"):
        decode_batch(of_size(size))


def encoded() -> bytes:
    return msgspec.json.encode(batch())


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"v":1,"x":' + b"[" * 100_000, b'{"v":1,"store":"\xff"}', b"null", b"{}"]
)
def test_hostile_json_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        decode_batch(zstandard.ZstdCompressor().compress(body))
    with pytest.raises(Malformed):
        decode_answer(body)
