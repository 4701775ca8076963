"""A TOML table -> frozen dataclasses. A key nobody knows, or a value of the wrong kind, is an error that names the fix.

Shared by the box and HQ, so it stands with the values and imports nothing but the standard library.
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from difflib import get_close_matches
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


class Secret(str):
    """A text that no message may show."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'…'"


SIMPLE: dict[Any, tuple[Any, str]] = {
    str: (str, "a text in quotes"),
    Secret: (str, "a text in quotes"),
    int: (int, "a whole number"),
    float: ((int, float), "a number"),
    bool: (bool, "true or false"),
    bool | None: (bool, "true or false"),
    tuple[str, ...]: (list, "a list of texts"),
}
"""What a value may be: how TOML gives it, and in words."""


class BadSettingError(ValueError):
    """`str()` names the key and the fix."""


def read(kind: type[T], table: Mapping[str, Any], where: str = "", *, rest: str = "") -> T:
    """`table` as the dataclass `kind`; `where` is the dotted path so far, for the message of a BadSettingError.

    `rest` names a field of `kind` that takes the keys no other field has, as a dict.
    """
    hints = get_type_hints(kind)
    known: dict[str, Field[Any]] = {field.name: field for field in fields(kind) if field.name != rest}  # type: ignore[arg-type]
    unknown = {key: value for key, value in table.items() if key not in known}
    if unknown and not rest:
        raise BadSettingError(_unknown(where, next(iter(unknown)), list(known)))
    for name, field in known.items():
        if name not in table and field.default is MISSING and field.default_factory is MISSING:
            raise BadSettingError(f"{where}{name} is missing.")
    values = {key: _value(hints[key], value, where + key) for key, value in table.items() if key in known}
    return kind(**values, **({rest: unknown} if rest else {}))


def _value(hint: Any, value: Any, where: str) -> Any:
    if get_origin(hint) is tuple and is_dataclass(get_args(hint)[0]):
        return _tables(get_args(hint)[0], value, where)
    if is_dataclass(hint):
        if not isinstance(value, dict):
            raise BadSettingError(f"{where} must be a table: write [{where}] with its keys below it.")
        return read(hint, value, where + ".")  # type: ignore[arg-type]
    kind, words = SIMPLE[hint]
    right = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
    if not right or (kind is list and not all(isinstance(part, str) for part in value)):
        raise BadSettingError(f"{where} must be {words}{'' if hint is Secret else f', not {value!r}'}.")
    return Secret(value) if hint is Secret else tuple(value) if kind is list else value


def _tables(kind: Any, value: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
        raise BadSettingError(f"{where} must be a list of tables: write [[{where}]] before the keys of each.")
    return tuple(
        read(kind, part, f"{where}[{i}].", rest=getattr(kind, "REST", "")) for i, part in enumerate(value, start=1)
    )


def _unknown(where: str, key: str, known: list[str]) -> str:
    near = get_close_matches(key, known, n=1, cutoff=0.5)
    fix = f"Did you mean {near[0]!r}?" if near else f"Known here: {', '.join(sorted(known))}."
    return f"{where + key!r} is no setting. {fix}"
