"""Fetches the pictures of the catalogue in use, behind its back: a version is never waited for because of them.

Small renditions first and popular articles first, as far as the budget reaches; what it had no room for is fetched when
a screen shows it, in place of what nobody has looked at for longest. HQ makes renditions in the widths that screens
need and signs them; one that has none gives the original, from which the box makes the small one itself.
"""

import logging
import threading
from collections import deque
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
MOST_ASKED = 100
"""Pictures that screens wait for; of more the first are forgotten, and asked for again by whoever still looks."""
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
        self._pictures, self._wanted, self._verify_key, self.budget = pictures, wanted, verify_key, budget
        self._stopping, self._changed = threading.Event(), threading.Event()
        self._asked: deque[tuple[str, bool]] = deque(maxlen=MOST_ASKED)
        self._in_use: frozenset[str] = frozenset()
        self._turned = True
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
        self._turned = True
        self._changed.set()

    def want(self, name: str, *, small: bool) -> None:
        """A screen shows this picture, and it is not here. From any thread."""
        if name in self._in_use and (name, small) not in self._asked:
            self._asked.append((name, small))
            self._changed.set()

    def _run(self) -> None:
        missing = False
        while not self._stopping.is_set():
            woken = self._changed.wait(timeout=PAUSE if missing else None)
            self._changed.clear()
            try:
                self._fetch_asked()
                if self._turned or not woken:
                    self._turned = False
                    missing = self._fetch_all()
            except Exception as error:  # the line, the disk: screens draw stand-ins until the next look
                missing = True
                log.warning("pictures could not be fetched, another attempt follows: %s", error)

    def _fetch_all(self) -> bool:
        """Whether some are missing that may be had later."""
        names = self._wanted()
        self._in_use = frozenset(names)
        self._pictures.make_room(self.budget, self._in_use)
        size, missing = self._pictures.size(), False
        for name, small in _in_order(names):
            if self._stopping.is_set():
                return False
            self._fetch_asked()
            if self._pictures.has(name, small=small):
                continue
            missing = not self._fetch(name, small=small) or missing
            size = self._pictures.size() if self._pictures.has(name, small=small) else size
            if size > self.budget:  # this one, and all that are less wanted
                self._pictures.drop(name, small=small)
                return False
        return missing

    def _fetch_asked(self) -> None:
        """What screens wait for, the last asked for first: it is looked at now."""
        while self._asked and not self._stopping.is_set():
            name, small = self._asked.pop()
            if not self._pictures.has(name, small=small) and self._fetch(name, small=small):
                self._pictures.make_room(self.budget, self._in_use)

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
