"""What an import changes in the live catalogue: counted exactly, and shown by a few examples."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from hq.importers.scratch import Scratch, digest

NEW, CHANGED, SAME = 0, 1, 2
SHOWN = 10
"""Examples of each kind of change."""
PART = 500
REFUSED_ALONE = """
SELECT sku FROM refused
WHERE NOT EXISTS (SELECT 1 FROM named WHERE kind = 'variant' AND id = sku)
AND NOT EXISTS (SELECT 1 FROM earlier WHERE kind = 'variant' AND id = sku)
"""
TIMES = frozenset({"as_of"})
"""Fields that hold milliseconds since 1970."""


@dataclass
class Difference:
    """Rows of the live catalogue that are new, changed, the same; `gone` are articles that a full list no longer names
    (kept, unless the list is to replace the catalogue)."""

    new: int = 0
    changed: int = 0
    same: int = 0
    gone: int = 0

    def as_json(self) -> dict[str, int]:
        return asdict(self)

    def count(self, state: int, by: int) -> None:
        name = ("new", "changed", "same")[state]
        setattr(self, name, getattr(self, name) + by)


@dataclass(frozen=True, kw_only=True)
class Example:
    """One value that changes. `fields` has what a field said before and what it says now."""

    change: str
    """new, changed or gone."""
    kind: str
    id: str
    name: str
    fields: dict[str, tuple[str, str]] = field(default_factory=dict)


class Ledger:
    """Knows of every value put what it was before the import, so that one put twice counts once."""

    def __init__(self, scratch: Scratch) -> None:
        self._db = scratch.db
        self.difference = Difference()
        self._began: set[str] = set()
        self._examples: dict[tuple[str, str], tuple[str | None, str]] = {}
        self._gone: list[Example] = []
        self.title_of: Callable[[str], str] = lambda product_id: ""
        """What a product is called: variants are shown under its name."""
        self._shown = {NEW: 0, CHANGED: 0}

    def began(self, kind: str) -> bool:
        return kind in self._began

    def names(self, kind: str, id_: str) -> bool:
        if kind not in self._began:
            return False
        return self._db.execute("SELECT 1 FROM named WHERE kind = ? AND id = ?", (kind, id_)).fetchone() is not None

    def enter(self, kind: str, rows: Sequence[tuple[str, str | None, str]]) -> None:
        """Id, text before this writing and text after it."""
        self._began.add(kind)
        known = self._known(kind, [id_ for id_, _, _ in rows])
        entered = []
        for id_, held, doc in rows:
            if id_ in known:
                before, earlier = known[id_]
                self.difference.count(earlier, -1)
            else:
                before = None if held is None else digest(held)
            state = NEW if before is None else SAME if before == digest(doc) else CHANGED
            self.difference.count(state, 1)
            entered.append((kind, id_, before, state))
            self._show(kind, id_, held, doc, state, first=id_ not in known)
        self._db.executemany("INSERT OR REPLACE INTO named VALUES (?, ?, ?, ?)", entered)

    def _known(self, kind: str, ids: list[str]) -> dict[str, tuple[bytes | None, int]]:
        marks = ", ".join("?" * len(ids))
        query = f"SELECT id, before, state FROM named WHERE kind = ? AND id IN ({marks})"  # noqa: S608 (question marks)
        return {id_: (before, state) for id_, before, state in self._db.execute(query, (kind, *ids))}

    def _show(self, kind: str, id_: str, held: str | None, doc: str, state: int, *, first: bool) -> None:
        if (kind, id_) in self._examples:
            self._examples[kind, id_] = (self._examples[kind, id_][0], doc)
        elif first and state != SAME and self._shown[state] < SHOWN:
            self._shown[state] += 1
            self._examples[kind, id_] = (held, doc)

    def forget(self, kind: str, id_: str) -> None:
        for _, state in self._known(kind, [id_]).values():
            self.difference.count(state, -1)
        self._db.execute("DELETE FROM named WHERE kind = ? AND id = ?", (kind, id_))
        if (shown := self._examples.pop((kind, id_), None)) is not None:
            self._shown[NEW if shown[0] is None else CHANGED] -= 1

    def keep_names(self) -> None:
        """For a list in several files: what this one named is not gone when the next one does not name it."""
        self._db.execute("INSERT OR IGNORE INTO earlier SELECT kind, id FROM named")

    def refuse(self, sku: str) -> None:
        """A row named this SKU and was rejected for what else it says."""
        self._db.execute("INSERT OR IGNORE INTO refused VALUES (?)", (sku,))

    def refused_alone(self) -> list[str]:
        """SKUs that rejected rows named, and no row that was taken."""
        return [sku for (sku,) in self._db.execute(REFUSED_ALONE)]

    def spare(self, kind: str, id_: str) -> None:
        """Not gone, although no row that was taken names it."""
        self._db.execute("INSERT OR IGNORE INTO earlier VALUES (?, ?)", (kind, id_))

    def gone(self, kind: str, page: Sequence[tuple[str, str]]) -> list[str]:
        """Those of the page that were not put."""
        ids = [id_ for id_, _ in page]
        put: set[str] = set()
        for at in range(0, len(ids), PART):
            part = ids[at : at + PART]
            put |= self._known(kind, part).keys() | self._earlier(kind, part)
        gone = [(id_, doc) for id_, doc in page if id_ not in put]
        self.difference.gone += len(gone)
        for id_, doc in gone[: SHOWN - len(self._gone)]:
            self._gone.append(Example(change="gone", kind=kind, id=id_, name=self._name(msgspec.json.decode(doc))))
        return [id_ for id_, _ in gone]

    def _earlier(self, kind: str, ids: list[str]) -> set[str]:
        marks = ", ".join("?" * len(ids))
        query = f"SELECT id FROM earlier WHERE kind = ? AND id IN ({marks})"  # noqa: S608 (question marks)
        return {id_ for (id_,) in self._db.execute(query, (kind, *ids))}

    def examples(self) -> list[Example]:
        shown = [self._example(*key, *docs) for key, docs in self._examples.items() if docs[0] != docs[1]]
        return sorted(shown, key=lambda one: one.change, reverse=True) + self._gone

    def _example(self, kind: str, id_: str, held: str | None, doc: str) -> Example:
        now = msgspec.json.decode(doc)
        before = None if held is None else msgspec.json.decode(held)
        fields = {} if before is None else _fields(before, now)
        return Example(
            change="new" if held is None else "changed", kind=kind, id=id_, name=self._name(now), fields=fields
        )

    def _name(self, value: dict[str, Any]) -> str:
        title = value.get("title")
        if isinstance(title, dict):
            return str(next(iter(title.values()), ""))
        told = [value.get("size"), value.get("colour")] if "product_id" in value and "sku" in value else []
        named = self.title_of(value["product_id"]) if told else str(title or value.get("name") or "")
        return " · ".join(filter(None, (named, *told)))


def _fields(before: dict[str, Any], now: dict[str, Any]) -> dict[str, tuple[str, str]]:
    names = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    written = {name: _moment if name in TIMES else _written for name in names}
    return {name: (write(before.get(name)), write(now.get(name))) for name, write in written.items()}


def _moment(value: Any) -> str:
    """Milliseconds as a time of day that people read; UTC, since a catalogue has stores in many zones."""
    return f"{datetime.fromtimestamp(value / 1000, UTC):%Y-%m-%d %H:%M:%S UTC}" if isinstance(value, int) else ""


def _written(value: Any) -> str:
    """As people read it: "129.95 EUR"; texts cut to a line."""
    if isinstance(value, dict) and value.keys() == {"amount", "currency"}:
        from babel.numbers import get_currency_precision

        decimals = get_currency_precision(value["currency"])
        return f"{value['amount'] / 10**decimals:.{decimals}f} {value['currency']}"
    if isinstance(value, dict):
        value = "; ".join(f"{key}: {_written(one)}" for key, one in value.items())
    elif isinstance(value, list):
        value = ", ".join(map(_written, value))
    text = "" if value is None else " ".join(str(value).split())
    return text if len(text) <= 80 else f"{text[:79]}…"
