"""The two places that a certificate of the screens comes from: HQ (or the box itself), and the shop's own files."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from edge.config import Config
from edge.tls.folder import Folder, Vouched
from edge.tls.keeper import Keeper
from edge.tls.names import foreign, names

log = logging.getLogger(__name__)

Ask = Callable[[str, dict[str, Any]], dict[str, Any] | None]
"""Puts a question to HQ (`sync.service.BoxSync.ask`)."""


class Vouching:
    """HQ vouches for an enrolled box, the box for itself until then. Another certificate is got when half of its time
    is over, or a name or address is missing: half a year is left to a box without a line."""

    def __init__(
        self, folder: Folder, *, hosts: Callable[[], Sequence[str]], ask: Ask | None, now: Callable[[], float]
    ) -> None:
        """`ask` is None for a box that was never enrolled; `now` is in seconds since 1970."""
        self._folder, self._hosts, self._ask, self._now = folder, hosts, ask, now

    @property
    def chain(self) -> tuple[Path, Path]:
        return self._folder.chain

    def look(self) -> bool:
        shown, wanted = self._folder.vouched(), self._hosts()
        due = shown is None or self._due(shown, wanted)
        if self._ask and (due or (shown and shown.own)) and self._asked(wanted):
            return True
        if shown is None or (due and shown.own):
            self._folder.vouch(wanted, at=self._now())
            return True
        return False

    def _due(self, shown: Vouched, wanted: Sequence[str]) -> bool:
        return not shown.hosts.issuperset(wanted) or self._now() > (shown.begins + shown.ends) / 2

    def _asked(self, wanted: Sequence[str]) -> bool:
        assert self._ask
        told = self._ask("https", {"request": self._folder.request(), "hosts": list(wanted)}) or {}
        certificate, authority = told.get("certificate"), told.get("authority")
        if not isinstance(certificate, str) or not isinstance(authority, str):
            return False
        self._folder.take(certificate, authority)
        return True


class Brought:
    """Files that somebody else renews; looked at for another date."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self._chain = (certificate, key)
        self._seen: tuple[int, ...] = ()

    @property
    def chain(self) -> tuple[Path, Path]:
        return self._chain

    def look(self) -> bool:
        before, self._seen = self._seen, tuple(path.stat().st_mtime_ns for path in self._chain)
        return self._seen != before


def keeper_for(config: Config, *, ask: Ask, now: Callable[[], float]) -> Keeper:
    """HQ is asked where it is certain that it is HQ which answers. Raises TlsError."""
    announced = (config.local_name,) if config.local_name else ()
    own = tuple(names(announced, config.screen.host))
    if config.screen.certificate:
        return Keeper(Brought(Path(config.screen.certificate), Path(config.screen.key)), hosts=own)
    if others := foreign(config.screen.hosts):
        log.warning("only a certificate of your own can vouch for %s: screen.certificate", ", ".join(others))
    source = Vouching(
        Folder(Path(config.dir, "https"), config.store),
        hosts=lambda: names((*config.screen.hosts, *announced), config.screen.host),
        ask=ask if config.hq.tls else None,
        now=now,
    )
    return Keeper(source, hosts=own)
