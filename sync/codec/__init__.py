"""The bytes of the protocol: envelopes and their hashes, batches, receipts, feed heads, seals and signatures.

`docs/protocol.md` gives each of them with golden examples, which `tests/sync/codec/` reads.
"""

from sync.codec.ask import Question, Told, decode_question, encode_question
from sync.codec.batch import Batch, decode_batch, encode_batch
from sync.codec.down import Answer, Down, Fork, Receipt, Refused, decode_answer, encode_answer
from sync.codec.envelope import GENESIS, Envelope, Sent
from sync.codec.errors import BadSeal, BadSignature, CodecError, Malformed
from sync.codec.head import FeedHead, decode_head, encode_head, sign_head, verify_head
from sync.codec.ids import new_id
from sync.codec.seal import blob_hash, new_seal_pair, new_signing_pair, seal, unseal

__all__ = [
    "GENESIS",
    "Answer",
    "BadSeal",
    "BadSignature",
    "Batch",
    "CodecError",
    "Down",
    "Envelope",
    "FeedHead",
    "Fork",
    "Malformed",
    "Question",
    "Receipt",
    "Refused",
    "Sent",
    "Told",
    "blob_hash",
    "decode_answer",
    "decode_batch",
    "decode_head",
    "decode_question",
    "encode_answer",
    "encode_batch",
    "encode_head",
    "encode_question",
    "new_id",
    "new_seal_pair",
    "new_signing_pair",
    "seal",
    "sign_head",
    "unseal",
    "verify_head",
]
