"""Tags for one article, written one after the other at a staff station, as long as its screen shows that."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from edge.catalogue import Shelf
from edge.codes.link import link_base
from edge.codes.tag import tag_message
from edge.shop.errands import Errands
from edge.shop.errors import UnknownArticleError
from edge.shop.screens import Encode, Screen
from edge.shop.settings import ShopSettings
from edge.shop.staffing import Session, Staffing
from edge.shop.stations import Outside
from hardware.errors import HardwareError, TagError

log = logging.getLogger(__name__)

PAUSE = 0.3
"""Seconds after a refusal until the reader looks again."""
DOWN = "reader-down"


@dataclass(frozen=True, kw_only=True)
class Run:
    """`reason` says why the last tag was refused (`hardware.tags.writing`), or that the reader is down."""

    sku: str
    lock: bool
    reader: str
    message: bytes
    state: Literal["waiting", "written", "refused"] = "waiting"
    reason: str = ""
    written: int = 0
    last: bytes = b""
    """The tag that was written last: it may lie there a while."""


class Tagging:
    """Thread-safe. `outside()` knows the readers, `screen(station)` what is shown; `changed(station)` is called when
    there is something else to say."""

    def __init__(
        self,
        settings: ShopSettings,
        shelf: Shelf,
        staff: Staffing,
        errands: Errands,
        *,
        outside: Callable[[], Outside],
        screen: Callable[[str], Screen],
        changed: Callable[[str], None],
    ) -> None:
        self._settings = settings
        self._shelf, self._staff, self._errands = shelf, staff, errands
        self._outside, self._screen, self._changed = outside, screen, changed
        self._lock, self._runs = threading.Lock(), dict[str, Run]()

    def run(self, station: str) -> Run | None:
        return self._runs.get(station)

    def start(self, session: Session, sku: str, *, lock: bool) -> None:
        """Without a reader that writes, nothing begins, and the screen says so. Show `Encode` first, for a run lasts as
        long as that. Raises UnknownArticleError."""
        variant = self._shelf.current().by_sku(sku)
        if variant is None:
            raise UnknownArticleError(f"no article {sku!r} in the catalogue")
        station, before = session.station, self._runs.get(session.station)
        reader = next(iter(self._outside().writers(station)), None)
        if reader is None:
            self._runs.pop(station, None)
            return
        message = tag_message(variant.gtin or sku, link_base(self._settings.code_rules.hosts))
        last = before.last if before else b""  # a tag that still lies there has its article
        with self._lock:
            self._runs[station] = Run(sku=sku, lock=lock, reader=reader, message=message, last=last)
        self._changed(station)
        self._errands.run(f"tags-{station}", lambda: self._step(station))

    # ---- on the errand's thread --------------------------------------------------------------------------------------

    def _step(self, station: str) -> None:
        run, session = self._runs.get(station), self._staff.at(station)
        if run is None or session is None or not isinstance(self._screen(station), Encode):
            self._runs.pop(station, None)
            return
        after = self._after(station, run)
        with self._lock:
            if self._runs.get(station) is run:
                self._runs[station] = after
        if after.written > run.written:
            self._staff.touch(session)
        if after != run:
            self._changed(station)
        if after.state == "refused":
            time.sleep(PAUSE)
        self._errands.run(f"tags-{station}", lambda: self._step(station))

    def _after(self, station: str, run: Run) -> Run:
        """Once the reader has looked for a tag for a second. Nothing is written any more once something else was chosen
        or is shown: a locked tag can't be put right."""

        def wanted() -> bool:
            return self._runs.get(station) is run and isinstance(self._screen(station), Encode)

        try:
            tag = self._outside().write_tag(run.reader, run.message, lock=run.lock, before=run.last, wanted=wanted)
        except TagError as error:
            return replace(run, state="refused", reason=error.reason, last=b"")
        except HardwareError as error:
            log.info("tags wait: %s", error)
            return replace(run, state="refused", reason=DOWN)
        if tag is None:
            return run
        return replace(run, state="written", reason="", written=run.written + 1, last=tag.uid)
