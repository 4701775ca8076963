"""An HQ on the web for boxes: real HTTP with ranges and entity tags, which a test can make misbehave."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from edge.catalogue import Shelf, Version, differ, pack
from edge.catalogue.stock import Told as Count
from edge.catalogue.stock import pack_stock
from edge.feeds import CatalogueFeed, Told
from sync.codec import (
    Deltas,
    FeedDelta,
    FeedHead,
    encode_delta,
    encode_head,
    new_signing_pair,
    sign_delta,
    sign_head,
)
from tests.edge.shop.conftest import make_catalogue


class Quiet(ThreadingHTTPServer):
    """Says nothing of boxes that are killed while they are served."""

    def handle_error(self, *_: Any) -> None:
        pass


@dataclass
class Hq:
    """`cut` is after how many octets of a file the line breaks, once; `asked` what was asked for, with its range."""

    folder: Path
    signing_key: bytes
    verify_key: bytes
    server: ThreadingHTTPServer | None = None
    cut: int = 0
    asked: list[tuple[str, str]] = field(default_factory=list)
    deltas: list[FeedDelta] = field(default_factory=list)
    counts: dict[tuple[str, str], Count] = field(default_factory=dict)
    stock: Version = field(default_factory=lambda: Version(1, 0))

    @property
    def url(self) -> str:
        assert self.server
        return f"http://127.0.0.1:{self.server.server_port}"

    def publish(self, n: int, *, price: int = 12995, **more: Any) -> FeedHead:
        before = self.folder / f"{n - 1}.db"
        more |= {"before": before} if before.exists() else {}
        file = make_catalogue(
            self.folder / f"{n}.db", Version(1, n), boot_price=price, marks={"stock": self.stock}, **more
        )
        return self.offer(n, file)

    def offer(self, n: int, file: Path) -> FeedHead:
        """The catalogue `file` as version 1-`n`, with a delta to it where there can be one."""
        before = self.folder / f"{n - 1}.db"
        size, digest = pack(file, self.folder / f"{n}.zst")
        if before.exists() and differ(before, file, self.folder / f"{n}.delta"):
            self.deltas.append(self._step(n))
        head = FeedHead(feed="catalogue", epoch=1, n=n, url=f"/{n}.zst", size=size, sha256=digest)
        return sign_head(self.signing_key, head)

    def _step(self, n: int) -> FeedDelta:
        size, digest = pack(self.folder / f"{n}.delta", self.folder / f"{n}.delta.zst")
        versions = {"since_epoch": 1, "since_n": n - 1, "epoch": 1, "n": n}
        step = FeedDelta(feed="catalogue", url=f"/{n}.delta.zst", size=size, sha256=digest, **versions)
        return sign_delta(self.signing_key, step)

    def inline(self, step: FeedDelta) -> FeedDelta:
        return msgspec.structs.replace(step, data=(self.folder / step.url[1:]).read_bytes())

    def count(self, *counts: Count) -> FeedHead:
        """Another version of the stock feed; its head carries none of them."""
        self.counts |= {(sku, store): (sku, store, *rest) for sku, store, *rest in counts}  # type: ignore[misc]
        self.stock = Version(1, self.stock.n + 1)
        head = FeedHead(feed="stock", epoch=1, n=self.stock.n, url="/feeds/stock", size=0, sha256="")
        return sign_head(self.signing_key, head)

    def told(self, since: str) -> tuple[FeedDelta, bytes]:
        packed = pack_stock(self.counts.values())
        epoch, n = map(int, since.split("-"))
        versions = {"since_epoch": epoch, "since_n": n, "epoch": self.stock.epoch, "n": self.stock.n}
        delta = FeedDelta(feed="stock", size=len(packed), sha256=sha256(packed).hexdigest(), **versions)
        return sign_delta(self.signing_key, delta), packed


def serve(folder: Path) -> Hq:
    hq = Hq(folder, *new_signing_pair())

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            hq.asked.append((self.path, self.headers.get("Range", "")))
            if url.path == "/feeds/catalogue":
                bare = (msgspec.structs.replace(step, data=msgspec.UNSET) for step in hq.deltas)
                return self.answer(msgspec.json.encode(Deltas(deltas=tuple(bare))))
            if url.path == "/feeds/stock":
                delta, packed = hq.told(parse_qs(url.query)["since"][0])
                return self.answer(packed, {"Tote-Delta": encode_delta(delta).decode()})
            file = hq.folder / url.path[1:]
            if not file.is_file():
                return self.answer(b"", status=404)
            return self.file(file.read_bytes())

        def file(self, content: bytes) -> None:
            tag = f'"{sha256(content).hexdigest()[:8]}"'
            begins = int(self.headers["Range"].removeprefix("bytes=").rstrip("-")) if "Range" in self.headers else 0
            if begins and self.headers.get("If-Range") == tag:
                told = {"Content-Range": f"bytes {begins}-{len(content) - 1}/{len(content)}", "ETag": tag}
                return self.answer(content[begins:], told, 206)
            return self.answer(content, {"ETag": tag})

        def answer(self, content: bytes, headers: dict[str, str] = {}, status: int = 200) -> None:  # noqa: B006
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if 0 < hq.cut < len(content):
                content, hq.cut, self.close_connection = content[: hq.cut], 0, True
            self.wfile.write(content)

    hq.server = Quiet(("127.0.0.1", 0), Handler)
    threading.Thread(target=hq.server.serve_forever, daemon=True).start()
    return hq


@dataclass
class BoxEnd:
    """A box's feed, and what it told."""

    shelf: Shelf
    feed: CatalogueFeed
    turns: list[Version] = field(default_factory=list)
    stocked: list[frozenset[str]] = field(default_factory=list)
    refused: list[tuple[str, str, str]] = field(default_factory=list)

    def announce(self, head: FeedHead, topic: str = "catalogue", **more: Any) -> None:
        self.feed.head(encode_head(msgspec.structs.replace(head, **more)), topic)


def box(folder: Path, hq: Hq, store: str = "shop") -> BoxEnd:
    """Not started."""
    shelf = Shelf(folder, store=store)
    end = BoxEnd(shelf, None)  # type: ignore[arg-type]
    told = Told(
        turned=lambda: end.turns.append(shelf.version),
        stocked=end.stocked.append,
        refused=lambda *said: end.refused.append(said),
    )
    end.feed = CatalogueFeed(shelf, hq_url=hq.url, verify_key=hq.verify_key, told=told, store=store)
    return end


def wait_until(true: Callable[[], object], seconds: float = 10.0) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not come true in time"
        time.sleep(0.01)
