"""What a table lacks of the form that it almost has: one column, which may be there under another name."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from hq.importers.documents import Table
from hq.importers.format import Columns, Format

OWN = "tote-"
"""Of formats that a table is near to, Tote's own comes first: files made by hand follow it."""
ALSO_CALLED = {
    "title": ("title", "name", "titel", "titulo", "título", "nombre", "bezeichnung", "nimi", "nimetus"),
    "price": ("price", "preis", "precio", "hind"),
    "sku": ("sku", "article", "artikel", "código", "codigo", "kood"),
    "quantity": ("quantity", "qty", "stock", "menge", "bestand", "cantidad", "kogus"),
    "store": ("store", "shop", "branch", "filiale", "tienda", "pood"),
}
"""What retailers call the columns of Tote's own forms."""
TAG = re.compile(r"_[a-z]{2}$")
"""The language that a column's name ends with."""


def nearly(read: Table, formats: Iterable[Format]) -> str:
    """Which column of which format is missing, and which of the table's may be meant by it; "" where it is near to
    none."""
    near = [(one, one.layout.lacks(read)) for one in formats if isinstance(one.layout, Columns)]
    lacking = sorted(((one, name) for one, name in near if name), key=lambda pair: not pair[0].name.startswith(OWN))
    if not lacking:
        return ""
    one, missing = lacking[0]
    meant = _meant(missing.removesuffix("_*"), read.columns)
    language = TAG.search(meant)
    shown = missing.replace("_*", language.group() if language else "_en").strip("* ")
    remedy = f"{meant!r} may be meant: rename it to {shown}." if meant else f"Add {shown}."
    return f"To be {one.name} it lacks the column {shown}. {remedy}"


def _meant(missing: str, columns: list[str]) -> str:
    called = ALSO_CALLED.get(missing, (missing,))
    holding = (column for column in columns if any(word in column for word in called))
    close = (column for word in called for column in get_close_matches(word, columns, 1, 0.75))
    return next(holding, "") or next(close, "")
