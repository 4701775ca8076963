"""MQTT topics, and the shard that keeps one store's events on one worker."""

import re
from zlib import crc32

SHARDS = 64
UP = "tote/1/up/+/+"
ASK = "tote/1/ask/+/+"
HERE = "tote/1/here/+/+"
STATE = "tote/1/state/+/+"
_STORE = re.compile(r"[a-z0-9-]{1,32}")


def valid_store(store: str) -> bool:
    """Whether `store` may be a store's id: 1 to 32 of a-z, 0-9 and "-"."""
    return _STORE.fullmatch(store) is not None


def shard(store: str) -> int:
    return crc32(store.encode()) % SHARDS


def up(store: str) -> str:
    return f"tote/1/up/{shard(store)}/{store}"


def ask(store: str) -> str:
    return f"tote/1/ask/{shard(store)}/{store}"


def here(store: str) -> str:
    """Where the broker keeps whether this store's box is there."""
    return f"tote/1/here/{shard(store)}/{store}"


def state(store: str) -> str:
    """Where the broker keeps what this store's box said of itself last."""
    return f"tote/1/state/{shard(store)}/{store}"


def down(store: str) -> str:
    return f"tote/1/down/{store}"


def feed(name: str, ring: str = "") -> str:
    """Where the head of a feed is kept: for all stores, or for those of one `ring` that gets versions before them."""
    return f"tote/1/feed/{name}/{ring}" if ring else f"tote/1/feed/{name}"


def store_of(up_topic: str) -> str:
    """The store that a topic of the form `up(store)` names."""
    return up_topic.rsplit("/", 1)[1]
