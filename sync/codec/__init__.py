"""The bytes of the protocol: envelopes and their hashes, batches, receipts, feed heads, seals and signatures.

`docs/protocol.md` gives each of them with golden examples, which `tests/sync/codec/` reads.
"""

from sync.codec.ask import Question, Told, decode_question, encode_question
from sync.codec.backup_key import seal_backup_key, unseal_backup_key
from sync.codec.batch import Batch, decode_batch, encode_batch
from sync.codec.delta import (
    Deltas,
    FeedDelta,
    decode_delta,
    decode_deltas,
    encode_delta,
    sign_delta,
    verify_delta,
)
from sync.codec.directive import DIRECTIVES, Directed, Directive, directed, directives_in
from sync.codec.down import Answer, Down, Fork, Receipt, Refused, decode_answer, encode_answer
from sync.codec.envelope import GENESIS, Envelope, Sent
from sync.codec.errors import BadSeal, BadSignature, CodecError, Malformed
from sync.codec.head import FeedHead, decode_head, encode_head, sign_head, verify_head
from sync.codec.ids import new_id
from sync.codec.lines import pack_encoded, pack_lines, unpack_lines
from sync.codec.picture import sign_rendition, verify_rendition
from sync.codec.report import Report, decode_report, encode_report
from sync.codec.seal import blob_hash, new_seal_pair, new_signing_pair, seal, unseal
from sync.codec.signing import SIGNATURE, sign, verify, verify_key_of

__all__ = [
    "DIRECTIVES",
    "GENESIS",
    "SIGNATURE",
    "Answer",
    "BadSeal",
    "BadSignature",
    "Batch",
    "CodecError",
    "Deltas",
    "Directed",
    "Directive",
    "Down",
    "Envelope",
    "FeedDelta",
    "FeedHead",
    "Fork",
    "Malformed",
    "Question",
    "Receipt",
    "Refused",
    "Report",
    "Sent",
    "Told",
    "blob_hash",
    "decode_answer",
    "decode_batch",
    "decode_delta",
    "decode_deltas",
    "decode_head",
    "decode_question",
    "decode_report",
    "directed",
    "directives_in",
    "encode_answer",
    "encode_batch",
    "encode_delta",
    "encode_head",
    "encode_question",
    "encode_report",
    "new_id",
    "new_seal_pair",
    "new_signing_pair",
    "pack_encoded",
    "pack_lines",
    "seal",
    "seal_backup_key",
    "sign",
    "sign_delta",
    "sign_head",
    "sign_rendition",
    "unpack_lines",
    "unseal",
    "unseal_backup_key",
    "verify",
    "verify_delta",
    "verify_head",
    "verify_key_of",
    "verify_rendition",
]
