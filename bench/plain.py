"""FTS5 as one would use it plainly, for comparison: porter, weights, every word, then any of them."""

import re
import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

Ask = Callable[[str], list[str]]
WEIGHTS = ((1, 1, 1, 1), (5, 2, 1, 0.5), (5, 2, 1, 1), (10, 5, 2, 1), (3, 2, 1, 1))
NUMBERS = re.compile(r"[\d.]+|True|False")


def ways(records: Iterable[dict[str, Any]]) -> dict[str, Ask]:
    """By name."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE plain USING fts5(title, brand, story, facts, tokenize='porter unicode61')")
    rows = ((int(r["id"]), r["title"], r["supplier"], r.get("short_description") or "", _facts(r)) for r in records)
    connection.executemany("INSERT INTO plain (rowid, title, brand, story, facts) VALUES (?, ?, ?, ?, ?)", rows)
    found: dict[str, Ask] = {"title and": _way(connection, (1, 0, 0, 0), [" AND "], "title : ")}
    for weights in WEIGHTS:
        found[f"and then or {weights}"] = _way(connection, weights, [" AND ", " OR "])
        found[f"or {weights}"] = _way(connection, weights, [" OR "])
    return found


def _facts(record: dict[str, Any]) -> str:
    values = (str(value) for key, value in record.items() if key.startswith("attr_"))
    return " ".join(value for value in values if not NUMBERS.fullmatch(value))


def _way(connection: sqlite3.Connection, weights: tuple[float, ...], joined: list[str], fields: str = "") -> Ask:
    rank = f"bm25(plain, {', '.join(map(str, weights))})"
    sql = f"SELECT rowid FROM plain WHERE plain MATCH ? ORDER BY {rank}, rowid LIMIT 10"

    def ask(query: str) -> list[str]:
        words = [f'"{word}"' for word in re.findall(r"\w+", query)]
        found = dict[str, None]()
        for join in joined:
            found |= dict.fromkeys(str(n) for (n,) in connection.execute(sql, (f"{fields}({join.join(words)})",)))
        return list(found)[:10]

    return ask
