"""A new version of the catalogue: built from the `article` table, compressed, hashed, signed, entered.

What leads to it from the version before is written too (`edge.catalogue.delta`), where that is less than the whole.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
from sqlalchemy import Connection, func, insert, select

from edge.catalogue import CatalogueError, Version, build, differ
from edge.catalogue.stock import FEED as STOCK
from edge.domain.article import Review, Stock, Store, Variant
from hq import rings
from hq.errors import InputError
from hq.feeds import sources, stock, synonyms
from hq.feeds.checking import check
from hq.feeds.files import Files, packed_to
from hq.feeds.remarks import note_publication, note_revert
from hq.feeds.reverting import again
from hq.pictures.wanted import Wanted
from hq.store.insert import put
from hq.store.tables import feed_version, setting
from sync.codec import FeedDelta, FeedHead, decode_head, encode_delta, encode_head, sign_delta, sign_head

FEED = rings.CATALOGUE
DIGEST = "catalogue.digest"
"""The setting that holds what the newest version was built from."""
INLINE = 6 * 1024
"""Octets of a delta that travels with the heads of this version and those that follow."""


@dataclass(frozen=True, kw_only=True)
class Publisher:
    """`folder` is D; `signing_key` is the Ed25519 seed, `now` milliseconds since 1970."""

    connection: Connection
    folder: Path
    signing_key: bytes
    now: int

    def publish(self, *, note: str = "", force: bool = False, ring: str = rings.ALL) -> FeedHead | None:
        """Publish what the `article` table holds. None where there is nothing to sell yet, or nothing changed since the
        newest version (unless `force`). Building takes seconds for 100,000 variants and locks no writer out: only the
        row is entered in a write transaction. `connection` must be in no transaction."""
        if ring != rings.ALL:
            with self.connection.begin():
                rings.settle(self.connection)
        stock.publish_stock(self.connection, self.signing_key, now=self.now)
        with self._alone() as files:
            with _reading(self.connection):
                digest = sources.digest(self.connection)
                if sources.is_empty(self.connection) or (digest == _setting(self.connection, DIGEST) and not force):
                    return None
                version, before = _next(self.connection), self._before()
                wanted = self._build(files.unfinished(version), version, files.built(before) if before else None)
            head = self._enter(files, version, before, note, ring, digest)
            with self.connection.begin():
                wanted.enter(self.connection)
            return head

    def revert(self, to: Version | None, *, note: str = "") -> FeedHead:
        """Publish the content of an older version as a new one, to everybody: `to`, or the one before that which
        everybody has. A pause ends. Raises InputError where its file is no longer there."""
        with self._alone() as files:
            with _reading(self.connection):
                to = to or self._one_before()
                version, before = _next(self.connection), self._before()
                row = rings.version_row(self.connection, to)
            if row is None or not files.packed(to).exists():
                kept = ", ".join(f"{one.epoch}.{one.n}" for one in files.versions()) or "none"
                raise InputError(
                    f"The file of version {to.epoch}.{to.n} is not kept. Those that can be gone back to: {kept}."
                )
            try:
                again(files.packed(to), files.unfinished(version), version, decode_head(row.head).sha256)
            except CatalogueError as error:
                files.sweep()
                raise InputError(
                    f"Version {to} can't be gone back to: {error}. Import the right files instead."
                ) from error
            return self._enter(files, version, before, note or f"back to {to.epoch}.{to.n}", rings.ALL, "")

    def _one_before(self) -> Version:
        """Before what the newest stores have: the canaries, where they are ahead."""
        ahead = rings.ring(self.connection, rings.CANARY)
        v = feed_version.c
        found = [Version(*row) for row in self.connection.execute(select(v.epoch, v.n).where(v.feed == FEED))]
        older = [version for version in found if ahead and version < ahead.version]
        if not older:
            raise InputError("There is no older version to go back to.")
        return max(older)

    @contextmanager
    def _alone(self) -> Iterator[Files]:
        """Two publishers at once would build the same version twice."""
        files = Files(self.folder / "feeds")
        with (files.folder / ".publishing").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            files.sweep()
            yield files

    def _before(self) -> Version | None:
        row = rings.newest_version(self.connection)
        return Version(row.epoch, row.n) if row else None

    def _build(self, file: Path, version: Version, before: Path | None) -> Wanted:
        connection = self.connection
        wanted = Wanted(connection)
        build(
            file,
            version=version,
            products=sources.sold(connection),
            variants=wanted.named(sources.values(connection, Variant)),
            stock=sources.values(connection, Stock),
            reviews=sources.values(connection, Review),
            stores=sources.values(connection, Store),
            languages=sources.languages_of(connection),
            synonyms=synonyms.kept(connection),
            marks={STOCK: stock.newest(connection)},
            before=before,
        )
        return wanted

    def _enter(
        self, files: Files, version: Version, before: Version | None, note: str, ring: str, digest: str
    ) -> FeedHead:
        built = files.unfinished(version)
        files.make_room()
        try:
            size, sha256 = packed_to(built, files.packed(version))
            self._check(files, version, sha256)
            step, changed = self._step(files, built, before, version, size) if before else (None, 0)
            files.keep_built(version, built)
        finally:
            built.unlink(missing_ok=True)
        url = f"/feeds/{FEED}/{files.packed(version).name}"
        head = FeedHead(feed=FEED, epoch=version.epoch, n=version.n, url=url, size=size, sha256=sha256)
        signed = sign_head(self.signing_key, head)
        row = {"feed": FEED, "epoch": version.epoch, "n": version.n, "file": files.packed(version).name}
        more = {"delta": step and encode_delta(step), "changed": changed, "built": self.now, "note": note}
        with self.connection.begin():
            self.connection.execute(insert(feed_version).values(**row, **more, head=encode_head(signed)))
            if digest:
                put(self.connection, setting, {"key": DIGEST, "value": digest})
                note_publication(self.connection, version)
            elif before:
                note_revert(self.connection, before)
            rings.announce(self.connection, ring, version, now=self.now, paused=None if digest else False)
        return signed

    def _check(self, files: Files, version: Version, sha256: str) -> None:
        packed = files.packed(version)
        try:
            check(packed, files.looked_at(version), version, sha256)
        except BaseException:
            packed.unlink(missing_ok=True)
            raise

    def _step(
        self, files: Files, built: Path, before: Version, version: Version, most: int
    ) -> tuple[FeedDelta | None, int]:
        """The delta from the version before, if there can be one and it is less than the whole; and its rows."""
        old, plain, target = files.built(before), built.with_suffix(".db-delta"), files.step(before, version)
        changes = differ(old, built, plain) if old else None
        if changes is None:
            return None, 0
        size, digest = packed_to(plain, target, lambda size: size < most)
        plain.unlink()
        if not target.exists():
            return None, changes.put + changes.gone
        step = FeedDelta(
            feed=FEED,
            since_epoch=before.epoch,
            since_n=before.n,
            epoch=version.epoch,
            n=version.n,
            size=size,
            sha256=digest,
            url=f"/feeds/{FEED}/{target.name}",
        )
        if size <= INLINE:
            step = msgspec.structs.replace(step, data=target.read_bytes())
        return sign_delta(self.signing_key, step), changes.put + changes.gone


def publish(
    connection: Connection,
    folder: Path,
    signing_key: bytes,
    *,
    now: int,
    note: str = "",
    force: bool = False,
    ring: str = rings.ALL,
) -> FeedHead | None:
    """`Publisher.publish`."""
    publisher = Publisher(connection=connection, folder=folder, signing_key=signing_key, now=now)
    return publisher.publish(note=note, force=force, ring=ring)


def latest_head(connection: Connection) -> FeedHead | None:
    """The head of the newest version, None before the first."""
    row = rings.newest_version(connection)
    return None if row is None else decode_head(row.head)


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
