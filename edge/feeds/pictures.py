"""Fetches the pictures of the catalogue in use, behind its back: a version is never waited for because of them.

Small renditions first and popular articles first, as far as the budget reaches. HQ makes renditions in the widths that
screens need and signs them; one that has none gives the original, from which the box makes the small one itself.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import requests

from edge.feeds.fetching import Fetching, RefusedVersionError
from edge.pictures import SMALL, Pictures, is_named
from sync.codec import BadSignature, verify_rendition

log = logging.getLogger(__name__)

FULL = 1600
"""Pixels of the longer side of what the largest screen shows."""
LARGEST = 32 << 20
"""Octets of a picture."""
PAUSE = 60.0
"""Seconds until pictures that could not be had are asked for again."""


class PictureFetcher:
    """`wanted` gives the names of the catalogue in use, the most popular first."""

    def __init__(
        self,
        pictures: Pictures,
        folder: Path,
        wanted: Callable[[], list[str]],
        *,
        hq_url: str,
        verify_key: bytes,
        budget: int,
        web: Callable[[], requests.Session] = requests.Session,
    ) -> None:
        self._pictures, self._wanted, self._verify_key, self._budget = pictures, wanted, verify_key, budget
        self._stopping, self._changed = threading.Event(), threading.Event()
        self._fetching = Fetching(folder, hq_url, web, self._stopping.is_set)
        self._thread = threading.Thread(target=self._run, name="pictures", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._changed.set()
        self._thread.join(timeout=2)

    def look(self) -> None:
        """Another catalogue is in use. From any thread."""
        self._changed.set()

    def _run(self) -> None:
        missing = False
        while not self._stopping.is_set():
            self._changed.wait(timeout=PAUSE if missing else None)
            self._changed.clear()
            try:
                missing = self._fetch_all()
            except Exception as error:  # the line, the disk: screens draw stand-ins until the next look
                missing = True
                log.warning("pictures could not be fetched, another attempt follows: %s", error)

    def _fetch_all(self) -> bool:
        """Whether some are missing that may be had later."""
        names = self._wanted()
        in_use = frozenset(names)
        self._pictures.make_room(self._budget, in_use)
        size, missing = self._pictures.size(), False
        for name, small in _in_order(names):
            if self._stopping.is_set():
                return False
            if self._pictures.has(name, small=small):
                continue
            missing = not self._fetch(name, small=small) or missing
            size = self._pictures.size() if self._pictures.has(name, small=small) else size
            if size > self._budget:  # this one, and all that are less wanted
                self._pictures.drop(name, small=small)
                return False
        return missing

    def _fetch(self, name: str, *, small: bool) -> bool:
        """Whether it is here now. A picture that is missing or wrong at HQ is left out."""
        width = SMALL if small else FULL
        try:
            content, headers = self._fetching.octets(f"/pictures/{width}/{name}", LARGEST)
            if not is_named(name, content):
                signature = headers.get("Tote-Signature", "")
                verify_rendition(self._verify_key, name, width, sha256(content).hexdigest(), signature)
            self._pictures.put_rendition(name, content, small=small)
        except requests.HTTPError:
            return self._fetch_original(name)
        except (BadSignature, RefusedVersionError) as refusal:
            log.warning("%s", refusal)
            return False
        return True

    def _fetch_original(self, name: str) -> bool:
        try:
            content, _ = self._fetching.octets(f"/pictures/{name}", LARGEST)
        except (requests.HTTPError, RefusedVersionError):
            content = b""
        if not self._pictures.put(name, content):
            log.warning("picture %s is missing or wrong at HQ", name)
            return False
        self._pictures.make_small(name)
        return True


def _in_order(names: list[str]) -> Iterator[tuple[str, bool]]:
    """Name, and whether the small one is meant."""
    yield from ((name, True) for name in names)
    yield from ((name, False) for name in names)
