"""What a table lacks of the form that it almost has: one column, or the names of several."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from hq.importers.documents import Table
from hq.importers.format import Columns, Format

OWN = "tote-"
"""Of formats that a table is near to, Tote's own comes first: files made by hand follow it."""
ALSO_CALLED = {
    "title": ("title", "name", "titel", "titulo", "título", "nombre", "bezeichnung", "nimi", "nimetus"),
    "price": ("price", "preis", "precio", "hind"),
    "order_id": ("order_id", "order", "bestell", "pedido", "tellimus", "receipt", "beleg"),
    "sku": ("sku", "article", "artikel", "código", "codigo", "kood"),
    "quantity": ("quantity", "qty", "stock", "menge", "bestand", "cantidad", "kogus"),
    "store": ("store", "shop", "branch", "filiale", "tienda", "pood"),
}
"""What retailers call the columns of Tote's own forms."""
TAG = re.compile(r"_[a-z]{2}$")
"""The language that a column's name ends with."""


def nearly(read: Table, formats: Iterable[Format]) -> str:
    """Which column of which format is missing, or which of the table's are to be renamed; "" where it is near to
    none."""
    near = [(one, one.layout.lacks(read)) for one in formats if isinstance(one.layout, Columns)]
    lacking = sorted(((one, name) for one, name in near if name), key=lambda pair: not pair[0].name.startswith(OWN))
    if not lacking:
        return " Or: ".join(_renamed(read, formats))
    one, missing = lacking[0]
    meant = _meant(missing.removesuffix("_*"), read.columns)
    language = TAG.search(meant)
    shown = missing.replace("_*", language.group() if language else "_en").strip("* ")
    remedy = f"{meant!r} may be meant: rename it to {shown}." if meant else f"Add {shown}."
    return f"To be {one.name} it lacks the column {shown}. {remedy}"


def _renamed(read: Table, formats: Iterable[Format]) -> Iterator[str]:
    """What would make it one of Tote's own forms, whose needed columns are all there under other names."""
    for one in formats:
        if not one.name.startswith(OWN) or not isinstance(one.layout, Columns):
            continue
        for needed in one.layout.needed:
            meant = {name: name if name in read.columns else _meant(name, read.columns) for name in sorted(needed)}
            if len(needed) > 2 and len(set(meant.values()) - {""}) == len(needed):
                names = ", ".join(f"{column!r} to {name}" for name, column in meant.items() if column != name)
                yield f"To be {one.name} rename {names}."
                break


def _meant(missing: str, columns: list[str]) -> str:
    called = ALSO_CALLED.get(missing, (missing,))
    holding = (column for column in columns if any(word in column for word in called))
    close = (column for word in called for column in get_close_matches(word, columns, 1, 0.75))
    return next(holding, "") or next(close, "")
