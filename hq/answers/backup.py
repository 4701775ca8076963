"""The key of a box's own backup, told to the box of that store as the broker knows it (`sync.codec.backup_key`)."""

import logging
from typing import Annotated, Any

import msgspec

from hq.keys import Keys
from sync.codec import seal, unseal_backup_key

log = logging.getLogger(__name__)


class BackupQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`key` stands in the backup's first line, sealed to this HQ; the answer is sealed to `to`: brokers see it."""

    key: Annotated[str, msgspec.Meta(max_length=1024, pattern="^([0-9a-f]{2})+$")]
    to: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


def answer(keys: Keys, store: str, question: BackupQuestion) -> dict[str, Any]:
    """`key`: its 32 octets, sealed, in hex. Raises BadSeal where the backup is another HQ's or another store's."""
    key = unseal_backup_key(keys.seal, question.key, store=store)
    log.warning("store %s: its box was told the key of a backup", store)
    return {"key": seal(bytes.fromhex(question.to), key).hex()}
