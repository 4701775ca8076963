"""One TOML document -> frozen dataclasses. A key nobody knows, or a value of the wrong kind, stops the start."""

from dataclasses import Field, fields, is_dataclass
from difflib import get_close_matches
from typing import Any, TypeVar, get_type_hints

from hq.errors import ConfigError

T = TypeVar("T")
KINDS: dict[Any, tuple[type, str]] = {
    str: (str, "a text in quotes"),
    int: (int, "a whole number"),
    bool: (bool, "true or false"),
    tuple[str, ...]: (list, "a list of texts"),
}


def read(kind: type[T], table: dict[str, Any], where: str = "") -> T:
    """`table` as the dataclass `kind`; `where` is the dotted path so far, for the message of a ConfigError."""
    hints = get_type_hints(kind)
    known: dict[str, Field[Any]] = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    for key in table:
        if key not in known:
            raise ConfigError(_unknown(where + key, key, list(known)))
    return kind(**{key: _value(hints[key], value, where + key) for key, value in table.items()})


def _value(hint: Any, value: Any, where: str) -> Any:
    if is_dataclass(hint):
        if not isinstance(value, dict):
            raise ConfigError(f"{where} must be a table: write [{where}] with its keys below it.")
        return read(hint, value, where + ".")  # type: ignore[arg-type]
    kind, words = KINDS[hint]
    right = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
    if not right or (kind is list and not all(isinstance(part, str) for part in value)):
        raise ConfigError(f"{where} must be {words}, not {value!r}.")
    return tuple(value) if kind is list else value


def _unknown(where: str, key: str, known: list[str]) -> str:
    near = get_close_matches(key, known, n=1, cutoff=0.5)
    fix = f"Did you mean {near[0]!r}?" if near else f"Known here: {', '.join(sorted(known))}."
    return f"{where!r} is no setting of HQ. {fix}"
