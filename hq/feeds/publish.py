"""A new version of the catalogue: built from the `article` table, compressed, hashed, signed, entered."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, func, insert, select

from edge.catalogue import Version, build, pack
from edge.domain.article import Review, Stock, Store, Variant
from hq.feeds import sources
from hq.store.insert import put
from hq.store.tables import feed_version, setting
from sync.codec import FeedHead, decode_head, encode_head, sign_head

FEED = "catalogue"
DIGEST = "catalogue.digest"
"""The setting that holds what the newest version was built from."""
KEPT = 5
"""Versions whose files stay: a box may be in the middle of an older one."""


def publish(
    connection: Connection, folder: Path, signing_key: bytes, *, now: int, note: str = "", force: bool = False
) -> FeedHead | None:
    """Publish what the `article` table holds: its file under `folder`/feeds, its row in `feed_version`.

    None where there is nothing to sell yet, or nothing changed since the newest version (unless `force`). Building
    takes seconds for 100,000 variants and locks no writer out: only the row is entered in a write transaction.
    `connection` must be in no transaction. `signing_key` is the Ed25519 seed, `now` milliseconds since 1970.
    """
    feeds = folder / "feeds"
    feeds.mkdir(parents=True, exist_ok=True)
    with _alone(feeds):
        _sweep(feeds)
        with _reading(connection):
            digest = sources.digest(connection)
            if sources.is_empty(connection) or (digest == _setting(connection, DIGEST) and not force):
                return None
            version = _next(connection)
            head = _built(connection, feeds, version)
        signed = sign_head(signing_key, head)
        with connection.begin():
            row = {"feed": FEED, "epoch": version.epoch, "n": version.n, "file": _name(version)}
            connection.execute(insert(feed_version).values(**row, head=encode_head(signed), built=now, note=note))
            put(connection, setting, {"key": DIGEST, "value": digest})
    return signed


def latest_head(connection: Connection) -> FeedHead | None:
    """The head of the newest version, None before the first."""
    octets = head_bytes(connection)
    return None if octets is None else decode_head(octets)


def head_bytes(connection: Connection) -> bytes | None:
    """The same, to the byte as it is signed and retained at the broker."""
    v = feed_version.c
    newest = select(v.head).where(v.feed == FEED).order_by(v.epoch.desc(), v.n.desc()).limit(1)
    return connection.scalar(newest)


@contextmanager
def _alone(feeds: Path) -> Iterator[None]:
    """Two publishers at once would build the same version twice."""
    with (feeds / ".publishing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sweep(feeds: Path) -> None:
    """Drop what a publisher that was killed left, and files no box will ask for any more."""
    for left_over in feeds.glob(".*.db*"):
        left_over.unlink()
    newest_last = sorted(feeds.glob("*.db.zst"), key=lambda file: [int(part) for part in re.findall(r"\d+", file.name)])
    for old in newest_last[: -KEPT + 1]:
        old.unlink()


@contextmanager
def _reading(connection: Connection) -> Iterator[None]:
    """One snapshot for all that is read, without the write lock (`hq.store.engine`)."""
    before = connection.get_execution_options().get("reading", False)
    connection.execution_options(reading=True)
    try:
        with connection.begin():
            yield
    finally:
        connection.execution_options(reading=before)


def _setting(connection: Connection, key: str) -> str:
    return connection.scalar(select(setting.c.value).where(setting.c.key == key)) or ""


def _next(connection: Connection) -> Version:
    """One more than the newest of HQ's epoch, which a restore raises."""
    epoch = int(_setting(connection, "epoch") or 1)
    known = select(func.max(feed_version.c.n)).where(feed_version.c.feed == FEED, feed_version.c.epoch == epoch)
    return Version(epoch, (connection.scalar(known) or 0) + 1)


def _name(version: Version) -> str:
    return f"{version}.db.zst"


def _built(connection: Connection, feeds: Path, version: Version) -> FeedHead:
    plain, packed = feeds / f".{version}.db", feeds / _name(version)
    try:
        build(
            plain,
            version=version,
            products=sources.sold(connection),
            variants=sources.values(connection, Variant),
            stock=sources.values(connection, Stock),
            reviews=sources.values(connection, Review),
            stores=sources.values(connection, Store),
            languages=sources.languages_of(connection),
        )
        size, digest = _packed(plain, packed)
    finally:
        plain.unlink(missing_ok=True)
    url = f"/feeds/{FEED}/{packed.name}"
    return FeedHead(feed=FEED, epoch=version.epoch, n=version.n, url=url, size=size, sha256=digest)


def _packed(plain: Path, packed: Path) -> tuple[int, str]:
    """Compressed under a name of its own first, and on the disk before its head can be known."""
    part = packed.with_name(f".{packed.name}")
    size, digest = pack(plain, part)
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(packed)
    return size, digest
