"""Payloads that neither a box nor HQ sends, on every topic there is."""

import base64
import json
from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec
import zstandard
from hypothesis import strategies as st

from sync import topics
from sync.codec import Question, encode_question, new_seal_pair
from sync.codec.batch import decode_batch
from tests.hq.boxes import STORE, Box, basket_sent, new_id, viewed
from tests.torture.hostile_http import json_values, words

Payload = tuple[str, bytes]
BOMB = zstandard.ZstdCompressor().compress(b"\0" * 64_000_000)
KEY = new_seal_pair()[1]


@cache
def _whole() -> bytes:
    """A whole batch of a log nobody has heard of, as JSON; always the same, since hypothesis repeats itself."""
    box = Box(seal_key=KEY)
    box.append(viewed())
    box.append(basket_sent(), mail="somebody@example.com")
    return msgspec.json.encode(decode_batch(box.payload()))


@st.composite
def _nearly_a_batch(draw: st.DrawFn) -> bytes:
    """With one thing or two that are not as they should be."""
    plain: dict[str, Any] = json.loads(_whole())
    for _ in range(draw(st.integers(1, 2))):
        at = draw(st.sampled_from((*sorted(plain), "event", "blob")))
        value = draw(_odd)
        if at == "event" and plain.get("events") and isinstance(plain["events"], list):
            event = plain["events"][0]
            if isinstance(event, list) and event:
                event[draw(st.integers(0, len(event) - 1))] = value
        elif at == "blob":
            plain["blobs"] = {draw(words): value}
        else:
            plain[at] = value
    return _packed(json.dumps(plain).encode("utf-8", "surrogatepass"))


@st.composite
def _whole_chain(draw: st.DrawFn) -> bytes:
    """Hashes, links and signatures are right; what the events say is not."""
    box = Box(seal_key=KEY)
    for body in draw(st.lists(_bodies, min_size=1, max_size=3)):
        box.append(
            body, kind=draw(st.sampled_from(("ProductViewed", "BasketSent", "LogOpened", "Nothing", "Visit\u2028")))
        )
    return box.payload()


@st.composite
def _flipped(draw: st.DrawFn) -> bytes:
    payload = bytearray(_packed(_whole()))
    bit = draw(st.integers(0, len(payload) * 8 - 1))
    payload[bit // 8] ^= 1 << bit % 8
    return bytes(payload[: draw(st.integers(0, len(payload)))] if draw(st.booleans()) else payload)


@st.composite
def _answer(draw: st.DrawFn) -> bytes:
    """To the box: of logs that are not its own, with numbers that are none."""
    kinds = ("receipt", "fork", "refused", "told", "nothing")
    plain: dict[str, Any] = {"type": draw(st.sampled_from(kinds)), "log": new_id(), "id": new_id(), "body": {}}
    plain |= {"n": 1, "hash": "0" * 64, "instance": "x", "epoch": 1, "reason": "", "at": 0}
    plain[draw(st.sampled_from(sorted(plain)))] = draw(_odd)
    return json.dumps(plain).encode("utf-8", "surrogatepass")


@st.composite
def _head(draw: st.DrawFn) -> bytes:
    plain: dict[str, Any] = {"v": 1, "feed": "catalogue", "epoch": 1, "n": 9, "url": "/feeds/catalogue/x.db", "size": 9}
    plain |= {"sha256": "ab" * 32, "signature": "cd" * 64}
    plain[draw(st.sampled_from(sorted(plain)))] = draw(_odd)
    return json.dumps(plain).encode("utf-8", "surrogatepass")


@st.composite
def _question(draw: st.DrawFn) -> bytes:
    question = Question(id=new_id(), store=STORE, kind=draw(st.sampled_from(("stock", "profile", "nothing"))), body={})
    plain: dict[str, Any] = json.loads(encode_question(question))
    plain["body"] = draw(st.dictionaries(st.sampled_from(("skus", "card", "tag", "language")), json_values, max_size=3))
    if draw(st.booleans()):
        plain[draw(st.sampled_from(sorted(plain)))] = draw(_odd)
    return json.dumps(plain).encode("utf-8", "surrogatepass")


def _packed(plain: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(plain)


_odd = st.one_of(
    json_values, st.sampled_from((-1, 2**63, 2**200, 1e308, "\ud800", "x" * 70_000, [[]] * 600, {"a": {}}))
)
_bodies = st.one_of(
    json_values.map(json.dumps), words, st.just("[" * 3000), st.just('{"visit":"' + "v" * 70_000 + '"}')
).map(lambda text: text.encode("utf-8", "replace").decode())
_any = st.one_of(
    st.binary(max_size=300),
    st.just(b"\x28\xb5\x2f\xfd") | st.just(BOMB) | st.just(base64.b64encode(BOMB[:999])) | st.just(b"[" * 100_000),
    json_values.map(json.dumps).map(str.encode),
    json_values.map(json.dumps).map(str.encode).map(_packed),
)
_up = _any | _nearly_a_batch() | _nearly_a_batch() | _whole_chain() | _flipped()
_TOPICS: tuple[tuple[Callable[[], str], st.SearchStrategy[bytes]], ...] = (
    (lambda: topics.up(STORE), _up),
    (lambda: topics.up("elsewhere"), _up),
    (lambda: f"tote/1/up/{topics.shard(STORE) + 1}/{STORE}", _up),
    (lambda: "tote/1/up/x/Ünknown Store", _up),
    (lambda: topics.ask(STORE), _any | _question()),
    (lambda: topics.ask("elsewhere"), _any | _question()),
    (lambda: topics.down(STORE), _any | _answer()),
    (lambda: topics.feed("catalogue"), _any | _head()),
    (lambda: topics.feed("nothing"), _any | _head()),
)
payloads: st.SearchStrategy[Payload] = st.sampled_from(_TOPICS).flatmap(lambda at: st.tuples(st.builds(at[0]), at[1]))
