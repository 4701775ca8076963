"""Variants on their way into a catalogue file, with what stands in other tables about them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlite_utils import Database

from edge.catalogue.build_products import as_json
from edge.catalogue.numbers import Numbers
from edge.domain.article import Variant

BATCH = 2_000
FREE = "CASE WHEN EXISTS (SELECT 1 FROM variant WHERE gtin = ?4) THEN NULL ELSE ?4 END"
VARIANT = f"INSERT INTO variant VALUES (?1, ?2, ?3, {FREE}, {', '.join(f'?{at}' for at in range(5, 17))})"
FURTHER = """
UPDATE variant SET more_gtins = told.gtins
FROM (SELECT sku, group_concat(gtin) AS gtins FROM (SELECT * FROM more_gtin ORDER BY gtin) GROUP BY sku) AS told
WHERE variant.sku = told.sku
"""
"""What is left of the further numbers once each leads to one article."""


def write_variants(db: Database, variants: Iterable[Variant], numbers: Numbers) -> None:
    known = {known_id for (known_id,) in db.execute("SELECT id FROM product")}
    beside = _Beside(db)
    kept = (variant for variant in variants if variant.product_id in known)
    db.conn.executemany(VARIANT, ((numbers.variant(v.sku), *_variant_row(beside.noted(v))) for v in kept))
    beside.write()
    db.execute("DELETE FROM more_gtin WHERE EXISTS (SELECT 1 FROM variant WHERE variant.gtin = more_gtin.gtin)")
    db.execute(FURTHER)


@dataclass
class _Beside:
    """What stands in other tables about the variants: written in batches while these are, for there may be millions."""

    db: Database
    _gtins: list[tuple[int, str]] = field(default_factory=list)
    _zones: list[tuple[object, ...]] = field(default_factory=list)

    def noted(self, v: Variant) -> Variant:
        if v.more_gtins or v.zones:  # most have neither
            self._note(v)
        return v

    def _note(self, v: Variant) -> None:
        self._gtins += ((int(gtin), v.sku) for gtin in v.more_gtins)
        for zone, said in v.zones.items():
            was = said.was.amount if said.was else None
            self._zones.append((v.sku, zone, said.price.amount, was, said.price.currency))
        if len(self._gtins) + len(self._zones) >= BATCH:
            self.write()

    def write(self) -> None:
        self.db.conn.executemany("INSERT OR IGNORE INTO more_gtin VALUES (?, ?)", self._gtins)
        self.db.conn.executemany("INSERT INTO zone_price VALUES (?, ?, ?, ?, ?)", self._zones)
        self._gtins.clear()
        self._zones.clear()


def _variant_row(v: Variant) -> tuple[object, ...]:
    gtin, was = int(v.gtin) if v.gtin else None, v.was.amount if v.was else None
    article = (v.sku, v.product_id, gtin, v.price.amount, was, v.price.currency)
    return (
        *article,
        v.size,
        v.colour,
        v.colour_code,
        v.picture,
        int(v.web_only),
        v.link,
        v.position,
        as_json(v.more_pictures) if v.more_pictures else "[]",
        "",
    )
