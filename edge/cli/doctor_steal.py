"""`tote doctor --steal`: the box's own files searched for people, as whoever steals the box would."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.cli.options import harmless, say_json
from edge.cli.selftest.answers import Finding
from edge.cli.steal import Trace, files_of, public_in, search
from edge.config import Config
from edge.config_file import load

LARGE = 32 << 20
"""Octets that are not searched at once."""
REMEDY = "keep a copy for whoever looks into it, and tell them: docs/stolen-box.md"


@dataclass(frozen=True, kw_only=True)
class Loot:
    """What was searched, and what it yielded."""

    files: int
    octets: int
    traces: tuple[Trace, ...]
    unread: tuple[str, ...]
    """Files that could not be read, and why."""

    @property
    def ok(self) -> bool:
        return not (self.traces or self.unread)


def steal(path: Path, *, as_json: bool) -> int:
    """Exit status 1 when anything was found, or could not be looked into. `path` is the settings file."""
    loot = searched(path)
    for finding in _findings(loot):
        if as_json:
            say_json(finding)
        else:
            print(harmless(_line(finding)))
    if not as_json:
        print(f"{loot.files} files, {loot.octets / 1024**2:,.1f} MB searched: {_verdict(loot)}")
    return 0 if loot.ok else 1


def examine_traces(config: Config, path: Path) -> Finding:
    """As one finding of many: only where it takes a moment."""
    octets = sum(file.stat().st_size for file in files_of(Path(config.dir), path) if file.is_file())
    if octets > LARGE:
        words = f"{octets / 1024**2:,.0f} MB were not searched for people: tote doctor --steal does it"
        return Finding(what="steal", ok=True, words=words)
    loot = searched(path)
    remedy = "" if loot.ok else "tote doctor --steal, as root, names the places"
    return Finding(what="steal", ok=loot.ok, words=_verdict(loot), remedy=remedy)


def searched(path: Path) -> Loot:
    config = load(path)
    folder = Path(config.dir)
    theme = Path(config.screen.theme).parent.glob("*") if config.screen.theme else ()
    public = public_in(folder, [path, *(file for file in theme if file.is_file())])
    files, octets = 0, 0
    traces: list[Trace] = []
    unread: list[str] = []
    found = list(files_of(folder, path))
    _announce(found)
    for file in found:
        try:
            traces += search(file, public)
            files, octets = files + 1, octets + file.stat().st_size
        except FileNotFoundError:  # a running box has put it away
            continue
        except OSError as error:
            unread.append(f"{file}: {error.strerror}")
    return Loot(files=files, octets=octets, traces=tuple(traces), unread=tuple(unread))


def _announce(files: list[Path]) -> None:
    """Every octet is read in several ways, which takes a minute for a large catalogue: who waits is told for what."""
    octets = sum(file.stat().st_size for file in files if file.is_file())
    if octets > LARGE:
        sys.stderr.write(f"searching {len(files)} files, {octets / 1024**2:,.0f} MB: this takes a few minutes\n")


def _findings(loot: Loot) -> Iterator[dict[str, Any]]:
    for trace in loot.traces:
        plain = {"file": str(trace.file), "offset": trace.offset, "kind": trace.kind, "how": trace.how or "plain"}
        yield {"what": "steal", "ok": False, **plain, "masked": trace.masked}
    for unread in loot.unread:
        yield {"what": "steal", "ok": False, "unread": unread}
    if loot.ok:
        yield {"what": "steal", "ok": True, "files": loot.files, "octets": loot.octets}


def _line(finding: dict[str, Any]) -> str:
    if finding["ok"]:
        return "ok    steal      no mail address and no phone number lies on this box"
    if "unread" in finding:
        return f"MEND  steal      {finding['unread']}: run it as root"
    where = f"{finding['file']} at octet {finding['offset']:,} ({finding['how']})"
    return f"MEND  steal      {finding['masked']}, a {finding['kind']}, lies in {where}"


def _verdict(loot: Loot) -> str:
    if loot.unread and not loot.traces:
        return f"{len(loot.unread)} files could not be read: run it as root"
    return "a thief finds nobody" if loot.ok else f"{len(loot.traces)} traces of people; {REMEDY}"
