"""The box's side of the catalogue feed: head -> verified file -> pointer turned -> screens told.

A version is used only when HQ's signature, the file's hash and the version inside the file agree and it is newer than
the one held; anything else is refused by name and the old version stays.
"""

import logging
import queue
import threading
from collections.abc import Callable
from pathlib import Path

import requests

from edge.catalogue import Catalogue, CatalogueError, Shelf, Version, unpack
from edge.pictures import Pictures
from sync.codec import CodecError, FeedHead, decode_head, verify_head

log = logging.getLogger(__name__)

TIMEOUT = (5, 30)
"""Seconds to connect, and between two bytes."""
CHUNK = 256 * 1024
INCOMING = "incoming"
"""What files that are still being fetched begin with."""
PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
"""Seconds before the n-th further attempt; the last one for ever."""


class RefusedVersionError(Exception):
    """A version that must not be used; `str()` says why."""


class CatalogueFeed:
    """`head(payload)` may be called from any thread; the work is done on a thread of its own, newest head first."""

    def __init__(
        self,
        shelf: Shelf,
        *,
        hq_url: str,
        verify_key: bytes,
        pictures: Pictures,
        turned: Callable[[], None],
        web: Callable[[], requests.Session] = requests.Session,
    ) -> None:
        self._web = web
        self._shelf, self._url, self._verify_key = shelf, hq_url.rstrip("/"), verify_key
        self._pictures, self._turned = pictures, turned
        self._heads: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="catalogue-feed", daemon=True)
        self.problem = ""

    def start(self) -> None:
        for left_over in self._shelf.folder.glob(f"{INCOMING}-*"):
            left_over.unlink()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._heads.put(None)
        self._thread.join(timeout=2)

    def head(self, payload: bytes) -> None:
        """A head came over the wire."""
        self._heads.put(payload)

    def _run(self) -> None:
        payload, failures = self._next(timeout=None), 0
        while payload is not None:
            try:
                self._take(payload)
                failures, self.problem = 0, ""
                payload = self._next(timeout=None)
            except (RefusedVersionError, CatalogueError, CodecError) as refusal:
                self.problem = str(refusal)
                log.error("a catalogue version is refused, the present one stays: %s", refusal)
                payload = self._next(timeout=None)
            except Exception as error:  # the line, the disk: whatever it was, the version is still to be had
                self.problem = f"catalogue not fetched yet: {error}"
                log.warning("the catalogue could not be fetched, another attempt follows: %s", error)
                payload = self._next(timeout=PAUSES[min(failures, len(PAUSES) - 1)]) or payload
                failures += 1
                if self._stopping.is_set():
                    return

    def _next(self, timeout: float | None) -> bytes | None:
        """The newest head waiting; None at the end, or when none came in time."""
        try:
            payload = self._heads.get(timeout=timeout)
            while payload is not None and not self._heads.empty():
                payload = self._heads.get()
        except queue.Empty:
            return None
        return payload

    def _take(self, payload: bytes) -> None:
        head = decode_head(payload)
        verify_head(self._verify_key, head)
        version, held = Version(head.epoch, head.n), self._shelf.current().version
        if version == held:
            return
        if version < held:
            raise RefusedVersionError(f"{version} is older than {held}, which is in use")
        file = self._download(head)
        try:
            self._fetch_pictures(file)
            self._shelf.turn(version, file)
        finally:
            file.unlink(missing_ok=True)
        self._turned()
        for name in self._shelf.current().pictures():
            self._pictures.make_small(name)
            if self._stopping.is_set():
                return

    def _download(self, head: FeedHead) -> Path:
        """The version's file, unpacked; size and hash of what came are checked on the way."""
        packed = self._shelf.folder / f"{INCOMING}-{head.epoch}-{head.n}.zst"
        file = packed.with_suffix(".db")
        try:
            if self._fetched(head, packed) != head.size:
                raise RefusedVersionError(f"the file of version {head.epoch}.{head.n} has not the size HQ signed")
            with packed.open("rb") as source:
                unpack(source, file, hash_hex=head.sha256)
        finally:
            packed.unlink(missing_ok=True)
        return file

    def _fetched(self, head: FeedHead, packed: Path) -> int:
        """Bytes written to `packed`; never much more than the head promises."""
        size = 0
        wanted = self._url + head.url
        with self._web() as web, web.get(wanted, stream=True, timeout=TIMEOUT) as answer, packed.open("wb") as file:
            answer.raise_for_status()
            for chunk in answer.iter_content(CHUNK):
                file.write(chunk)
                size += len(chunk)
                if size > head.size:
                    break
        return size

    def _fetch_pictures(self, file: Path) -> None:
        """Every picture of the version that is not here yet. Content-addressed: what is here is right."""
        with Catalogue.open(file) as catalogue:
            wanted = [name for name in catalogue.pictures() if name not in self._pictures]
        with self._web() as session:
            for name in wanted:
                self._fetch_picture(session, name)

    def _fetch_picture(self, session: requests.Session, name: str) -> None:
        """A picture that is missing or wrong at HQ is left out: the screen draws its stand-in."""
        answer = session.get(f"{self._url}/pictures/{name}", timeout=TIMEOUT)
        if answer.status_code != requests.codes.ok or not self._pictures.put(name, answer.content):
            log.warning("picture %s is missing or wrong at HQ", name)
