"""The catalogue feed of a box, over real HTTP: only HQ's own, whole, newer versions are used."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest

from edge.catalogue import Shelf, Version, pack
from edge.feeds import CatalogueFeed
from edge.pictures import Pictures
from sync.codec import FeedHead, encode_head, new_signing_pair, sign_head
from tests.edge.shop.conftest import BOOT_GTIN, make_catalogue


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@dataclass
class Hq:
    """What an HQ puts on the web, and a box's feed that listens to it."""

    folder: Path
    shelf: Shelf
    feed: CatalogueFeed
    signing_key: bytes
    turns: list[Version] = field(default_factory=list)

    def publish(self, n: int, *, price: int = 12995) -> FeedHead:
        file = make_catalogue(self.folder / f"{n}.db", Version(1, n), boot_price=price)
        size, digest = pack(file, self.folder / f"{n}.zst")
        head = FeedHead(feed="catalogue", epoch=1, n=n, url=f"/{n}.zst", size=size, sha256=digest)
        return sign_head(self.signing_key, head)

    def announce(self, head: FeedHead) -> None:
        self.feed.head(encode_head(head))


def wait_until(true: Callable[[], bool], seconds: float = 5.0) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not come true in time"
        time.sleep(0.01)


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Hq]:
    folder = tmp_path / "hq"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    signing_key, verify_key = new_signing_pair()
    shelf, turns = Shelf(tmp_path / "catalogue"), []
    feed = CatalogueFeed(
        shelf,
        hq_url=f"http://127.0.0.1:{server.server_port}",
        verify_key=verify_key,
        pictures=Pictures(tmp_path / "pictures"),
        turned=lambda: turns.append(shelf.version),
    )
    feed.start()
    yield Hq(folder, shelf, feed, signing_key, turns)
    feed.stop()
    server.shutdown()
    thread.join()
    server.server_close()


def price(shelf: Shelf) -> int:
    variant = shelf.current().by_gtin(BOOT_GTIN)
    assert variant
    return variant.price.amount


def test_a_signed_version_is_fetched_and_turned_to(hq: Hq) -> None:
    hq.announce(hq.publish(1))
    wait_until(lambda: hq.turns == [Version(1, 1)])
    hq.announce(hq.publish(2, price=9995))
    wait_until(lambda: len(hq.turns) == 2)
    assert price(hq.shelf) == 9995
    assert not list(hq.shelf.folder.glob("incoming*"))


def test_the_same_head_again_changes_nothing(hq: Hq) -> None:
    head = hq.publish(1)
    hq.announce(head)
    wait_until(lambda: len(hq.turns) == 1)
    hq.announce(head)
    hq.announce(hq.publish(2))
    wait_until(lambda: len(hq.turns) == 2)
    assert hq.turns == [Version(1, 1), Version(1, 2)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"n": 3}, "not signed by this box's HQ"),
        ({"signature": ""}, "not signed"),
        ({"sha256": "00" * 32}, "not signed"),
    ],
)
def test_a_forged_head_is_refused_by_name_and_the_old_version_stays(
    hq: Hq, change: dict[str, object], words: str
) -> None:
    hq.announce(hq.publish(1))
    wait_until(lambda: len(hq.turns) == 1)
    hq.announce(msgspec.structs.replace(hq.publish(2), **change))
    wait_until(lambda: words in hq.feed.problem)
    assert hq.shelf.version == Version(1, 1)


def test_another_hqs_signature_is_refused(hq: Hq) -> None:
    hq.announce(sign_head(new_signing_pair()[0], hq.publish(1)))
    wait_until(lambda: "not signed by this box's HQ" in hq.feed.problem)


def test_a_file_that_is_not_the_signed_one_is_refused(hq: Hq) -> None:
    head = hq.publish(1)
    (hq.folder / "1.zst").write_bytes(b"x" * head.size)
    hq.announce(head)
    wait_until(lambda: "SHA-256" in hq.feed.problem or "unpacked" in hq.feed.problem)
    assert hq.shelf.version == Version(0, 0)


def test_a_file_with_another_version_inside_is_refused(hq: Hq) -> None:
    inner = hq.publish(1)
    hq.announce(sign_head(hq.signing_key, msgspec.structs.replace(inner, n=2, signature="")))
    wait_until(lambda: "says it is" in hq.feed.problem)
    assert hq.turns == []


def test_an_older_version_is_refused(hq: Hq) -> None:
    first, second = hq.publish(1), hq.publish(2)
    hq.announce(second)
    wait_until(lambda: len(hq.turns) == 1)
    hq.announce(first)
    wait_until(lambda: "older" in hq.feed.problem)
    assert hq.shelf.version == Version(1, 2)


def test_a_file_that_is_missing_for_a_while_is_fetched_once_it_is_there(hq: Hq) -> None:
    head = hq.publish(1)
    packed = (hq.folder / "1.zst").read_bytes()
    (hq.folder / "1.zst").unlink()
    hq.announce(head)
    wait_until(lambda: "not fetched yet" in hq.feed.problem)
    (hq.folder / "1.zst").write_bytes(packed)
    wait_until(lambda: hq.turns == [Version(1, 1)])
    assert hq.feed.problem == ""


def test_pictures_are_kept_only_if_they_are_what_their_name_says(hq: Hq) -> None:
    (hq.folder / "pictures").mkdir()
    right = b"<svg/>"
    name = f"{sha256(right).hexdigest()}.svg"
    (hq.folder / "pictures" / name).write_bytes(right)
    wrong = f"{'ab' * 32}.svg"
    (hq.folder / "pictures" / wrong).write_bytes(b"<svg>changed</svg>")
    file = make_catalogue(hq.folder / "1.db", Version(1, 1), pictures=(name, wrong))
    size, digest = pack(file, hq.folder / "1.zst")
    head = FeedHead(feed="catalogue", epoch=1, n=1, url="/1.zst", size=size, sha256=digest)
    hq.announce(sign_head(hq.signing_key, head))
    wait_until(lambda: len(hq.turns) == 1)
    pictures = hq.shelf.folder.parent / "pictures"
    assert [path.name for path in pictures.iterdir() if path.is_file()] == [name]
