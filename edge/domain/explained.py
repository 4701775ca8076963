"""Settings in words, for `config show` and `config explain` of both programs and for docs/config.md."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import MISSING, dataclass
from difflib import get_close_matches
from typing import Any

from edge.domain.described import Key, keys, toml, values
from edge.domain.overrides import variable
from edge.domain.strict import BadSettingError

_STEP = re.compile(r"([^.\[]+)(?:\[(\d+)\])?")
_NUMBER = re.compile(r"\[\d+\]")


@dataclass(frozen=True, kw_only=True)
class Definition:
    """The settings of one program."""

    kind: type
    prefix: str
    """Of variables in the environment."""
    live: Collection[str] = ()
    """Keys, and tables whose every key, take effect at a reload."""

    @property
    def keys(self) -> list[Key]:
        return list(keys(self.kind))

    def variable(self, key: Key) -> str:
        """The variable that sets it, "" where none can."""
        return "" if key.listed else variable(key, self.prefix)

    def is_live(self, path: str) -> bool:
        path = _NUMBER.sub("", path)
        return any(path == one or path.startswith(f"{one}.") for one in self.live)

    def behind(self, old: Any, new: Any) -> list[str]:
        """The keys that differ and that a reload does not take up: a restart does."""
        before, after = dict(values(old)), dict(values(new))
        differ = [path for path in (*before, *after) if before.get(path, MISSING) != after.get(path, MISSING)]
        return [path for path in dict.fromkeys(differ) if not self.is_live(path)]

    def named(self, name: str) -> list[Key]:
        """The key of that name, or all of that table; every one for "". Raises BadSettingError."""
        name = _NUMBER.sub("", name).strip("[]")
        found = [key for key in self.keys if not name or key.path == name or key.path.startswith(f"{name}.")]
        if found:
            return found
        known = {part for key in self.keys for part in (key.path, key.section, key.path.rpartition(".")[2])}
        near = get_close_matches(name, sorted(known), n=1, cutoff=0.5)
        alike = [key.path for key in self.keys if near and near[0] in (key.path, key.section, key.path.split(".")[-1])]
        fix = f"Did you mean {' or '.join(alike)}?" if alike else "Without a name, all are explained."
        raise BadSettingError(f"{name!r} is no setting. {fix}")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One value that is in force."""

    key: str
    value: str
    """As TOML; secrets are not told."""
    source: str
    """"file", "environment" or "default"."""

    def __str__(self) -> str:
        return f"{f'{self.key} = {self.value}':<60} # {self.source}"


def shown(what: Definition, settings: Any, table: Mapping[str, Any], environment: Collection[str]) -> Iterator[Shown]:
    """`table` is what the file holds."""
    heard = {what.variable(key): key.path for key in what.keys}
    from_environment = {heard[name] for name in environment if name in heard}
    for path, value in values(settings):
        source = "environment" if path in from_environment else "file" if _holds(table, path) else "default"
        yield Shown(key=path, value=toml(value), source=source)


def explained(what: Definition, key: Key) -> Iterator[str]:
    """A few lines for the terminal."""
    yield f"{written(key)}: {key.text}"
    default = "has to be set" if key.needed else f"by default {key.shown_default or 'unset'}"
    yield f"    {key.kind}; {default}"
    if name := what.variable(key):
        yield f"    from the environment: {name}"
    yield f"    a change takes effect {'at a reload' if what.is_live(key.path) else 'with a restart'}"


def as_json(what: Definition, key: Key) -> dict[str, Any]:
    plain = {"key": written(key), "kind": key.kind, "needed": key.needed, "default": key.shown_default}
    return {**plain, "variable": what.variable(key), "live": what.is_live(key.path), "text": key.text}


def written(key: Key) -> str:
    """ "screen.port", and "[[reader]] name" of each in a list."""
    return f"[[{key.section}]] {key.path.rpartition('.')[2]}" if key.listed else key.path


def _holds(table: Any, path: str) -> bool:
    for name, number in _STEP.findall(path):
        if not isinstance(table, Mapping) or name not in table:
            return False
        table = table[name]
        if number:
            table = table[int(number) - 1]
    return True
