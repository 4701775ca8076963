"""The events of the stores (an evening, a course, a visit), as the retailer's file declares them.

[[event]]
id = "wax-evening"                  # 1 to 32 of a-z, 0-9 and "-"
store = "aurora-tallinn"
begins = "2026-12-10 18:00"         # by the store's clock
ends = "2026-12-10 20:00"
link = "https://shop.example/wax"   # where to read more; "" is a page of HQ
[event.en]                          # and de, es, et
title = "An evening with wax"
text = "…"
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from edge.domain.strict import BadSettingError, read
from hq.errors import ConfigError

ID = re.compile(r"[a-z0-9-]{1,32}")


@dataclass(frozen=True, kw_only=True)
class Told:
    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class StoreEvent:
    id: str
    store: str
    begins: str
    ends: str
    en: Told
    de: Told
    es: Told
    et: Told
    link: str = ""

    def told(self, language: str) -> Told:
        """In a language of `hq.words.LANGUAGES`."""
        words: Told = getattr(self, language)
        return words

    def hours(self, zone: ZoneInfo) -> tuple[int, int]:
        """When it begins and ends, in ms; `zone` is the store's."""
        begins, ends = (datetime.fromisoformat(at).replace(tzinfo=zone).timestamp() for at in (self.begins, self.ends))
        return round(begins * 1000), round(ends * 1000)


@dataclass(frozen=True, kw_only=True)
class _File:
    event: tuple[StoreEvent, ...] = ()


def load(path: Path) -> tuple[StoreEvent, ...]:
    """Raises ConfigError naming the file, the key and the fix."""
    try:
        told = path.stat()
        return _load(path, told.st_mtime_ns, told.st_size)
    except OSError as error:
        raise ConfigError(f"{path} can't be read ({error}). Mend journeys.events, or make the file.") from error


@lru_cache(maxsize=4)
def _load(path: Path, _changed: int, _size: int) -> tuple[StoreEvent, ...]:
    try:
        return parse(path.read_text(encoding="utf-8"))
    except (ConfigError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error


def parse(text: str) -> tuple[StoreEvent, ...]:
    """Raises ConfigError."""
    try:
        events = read(_File, tomllib.loads(text)).event
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"it is no TOML: {error}.") from error
    except BadSettingError as error:
        raise ConfigError(str(error)) from error
    for number, event in enumerate(events, start=1):
        _check(event, f"event[{number}]")
    names = [event.id for event in events]
    if again := next((name for name in names if names.count(name) > 1), ""):
        raise ConfigError(f"event.id: {again!r} stands twice. Give each event an id of its own.")
    return events


def _check(event: StoreEvent, where: str) -> None:
    if not ID.fullmatch(event.id):
        raise ConfigError(f"{where}.id must be 1 to 32 of a-z, 0-9 and -, not {event.id!r}.")
    begins, ends = (_time(getattr(event, key), f"{where}.{key}") for key in ("begins", "ends"))
    if ends <= begins:
        raise ConfigError(f"{where}.ends must be later than begins.")
    if event.link and not event.link.startswith(("https://", "http://")):
        raise ConfigError(f"{where}.link must be an address such as https://shop.example/evening, not {event.link!r}.")
    for language in ("en", "de", "es", "et"):
        words = event.told(language)
        if not (words.title.strip() and words.text.strip()):
            raise ConfigError(f"{where}.{language} must have a title and a text.")


def _time(text: str, key: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(f'{key} must be like "2026-12-10 18:00", not {text!r}.') from None
    if found.tzinfo:
        raise ConfigError(f'{key} is by the store\'s own clock: write it like "2026-12-10 18:00", not {text!r}.')
    return found
