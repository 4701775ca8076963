"""What the stock feed tells, and how it gets into a catalogue file: absolute counts, so that to hear one twice is
harmless, and of two the younger one stays.

A message is zstd of JSON lines, `["sku", "store", quantity, as_of, "source"]` each; a quantity of null is a count that
is no more.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

import msgspec
import zstandard

from edge.catalogue.errors import DamagedCatalogue, OldVersion
from edge.catalogue.patch import transaction, writing
from edge.catalogue.schema import Version
from edge.domain.article import Stock

FEED = "stock"
LARGEST = 1 << 30
"""Octets of a message, unpacked: a bomb stops here."""
Told = tuple[str, str, int | None, int, str]
"""SKU, store, quantity, as of (ms since 1970), source."""

PUT = """
INSERT INTO stock (sku, store, quantity, as_of, source) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (sku, store) DO UPDATE SET quantity = excluded.quantity, as_of = excluded.as_of, source = excluded.source
WHERE excluded.as_of >= as_of
"""
_lines = msgspec.json.Decoder(Told)


def told(stock: Stock) -> Told:
    return stock.sku, stock.store, stock.quantity, stock.as_of, stock.source


def pack_stock(counts: Iterable[Told], level: int = 3) -> bytes:
    packer = zstandard.ZstdCompressor(level=level).compressobj()
    encoder = msgspec.json.Encoder()
    parts = [packer.compress(encoder.encode(count) + b"\n") for count in counts]
    return b"".join([*parts, packer.flush()])


def unpack_stock(packed: bytes) -> Iterator[Told]:
    """Raises DamagedCatalogue."""
    rest, size = b"", 0
    try:
        with zstandard.ZstdDecompressor().stream_reader(BytesIO(packed)) as reader:
            while octets := reader.read(1 << 18):
                size += len(octets)
                if size > LARGEST:
                    raise DamagedCatalogue(f"the counts of stock unpack to more than {LARGEST} octets")
                *lines, rest = (rest + octets).split(b"\n")
                yield from map(_lines.decode, lines)
        if rest:
            raise DamagedCatalogue("the counts of stock are cut short")
    except (zstandard.ZstdError, msgspec.MsgspecError) as error:
        raise DamagedCatalogue(f"the counts of stock can't be read: {error}") from error


def take_stock(file: Path, packed: bytes, since: Version, version: Version) -> set[str]:
    """Bring the stock in a catalogue file to `version` of its feed by what was told since `since`, in one transaction
    while others read. Returns the SKUs that were named; none where the file is as far already.

    Raises OldVersion where the file is not as far as `since`, DamagedCatalogue for a message that can't be read.
    """
    with writing(file) as connection, transaction(connection):
        held = held_mark(connection)
        if version <= held:
            return set()
        if since > held:
            raise OldVersion(f"stock is told from {since} on, the counts held are those of {held}")
        skus = _put(connection, unpack_stock(packed))
        connection.execute("INSERT OR REPLACE INTO mark VALUES (?, ?, ?)", (FEED, version.epoch, version.n))
    return skus


def held_mark(connection: sqlite3.Connection) -> Version:
    found = connection.execute("SELECT epoch, n FROM mark WHERE feed = ?", (FEED,)).fetchone()
    return Version(*found) if found else Version(0, 0)


def _put(connection: sqlite3.Connection, counts: Iterable[Told]) -> set[str]:
    skus = set[str]()
    for sku, store, quantity, as_of, source in counts:
        skus.add(sku)
        if quantity is None:
            connection.execute("DELETE FROM stock WHERE sku = ? AND store = ?", (sku, store))
        else:
            connection.execute(PUT, (sku, store, quantity, as_of, source))
    return skus
