"""Settings from the environment over those of the file: TOTE_SCREEN_PORT=8081 is `port = 8081` in [screen]."""

import tomllib
from collections.abc import Iterable, Mapping
from copy import deepcopy
from difflib import get_close_matches
from typing import Any

from edge.domain.described import Key, keys
from edge.domain.strict import BadSettingError

NEAR = 0.9
"""How like one of ours a name is that can only be a slip."""


def variables(kind: type, prefix: str) -> dict[str, Key]:
    """Each variable that is heard, with the key it sets. What stands in lists of tables can't be set like that."""
    return {variable(key, prefix): key for key in keys(kind) if not key.listed}


def variable(key: Key, prefix: str) -> str:
    return prefix + key.path.replace(".", "_").upper()


def overridden(kind: type, table: Mapping[str, Any], environment: Mapping[str, str], prefix: str) -> dict[str, Any]:
    """A copy of `table` with what the environment sets. Raises BadSettingError for a slip in a name: one that is passed
    over is found too late. Names that are like none of ours are somebody else's."""
    known, result = variables(kind, prefix), deepcopy(dict(table))
    for name, text in sorted(environment.items()):
        if name in known:
            _put(result, known[name].path, _value(known[name], name, text))
        elif name.startswith(prefix) and (slip := _slip(name, kind, known, prefix)):
            raise BadSettingError(slip)
    return result


def _slip(name: str, kind: type, known: Iterable[str], prefix: str) -> str:
    near = get_close_matches(name, known, n=1, cutoff=NEAR)
    sections = tuple(variable(key, prefix).removesuffix(_last(key)) for key in keys(kind) if key.section)
    if not near and not name.startswith(sections):
        return ""
    near = near or get_close_matches(name, known, n=1, cutoff=0.5)
    fix = f"Did you mean {near[0]}?" if near else "Lists of tables are set in the file."
    return f"{name} in the environment is no setting. {fix}"


def _last(key: Key) -> str:
    return key.path.rpartition(".")[2].upper()


def _put(table: Any, path: str, value: Any) -> None:
    """Where the file has no table in its place, `strict.read` will say so."""
    *sections, last = path.split(".")
    for section in sections:
        table = table.setdefault(section, {}) if isinstance(table, dict) else None
    if isinstance(table, dict):
        table[last] = value


def _value(key: Key, name: str, text: str) -> Any:
    if key.kind == "a text in quotes":
        return text
    if key.kind == "a list of texts" and not text.lstrip().startswith("["):
        return [part.strip() for part in text.split(",") if part.strip()]
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError as error:
        raise BadSettingError(f"{name} in the environment must be {key.kind}, not {text!r}.") from error
