"""A box fetches pictures behind the catalogue's back, from the HQ that signed them, within its budget."""

import threading
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import cv2
import numpy
import pytest
from flask import Flask
from werkzeug.serving import make_server

from edge.feeds import PictureFetcher
from edge.pictures import Pictures
from hq.feeds.web import blueprint
from hq.service import Hq, open_hq
from sync.codec import new_signing_pair
from tests.edge.feeds.hq import wait_until


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Hq]:
    with closing(open_hq(tmp_path / "hq")) as hq:
        hq.pictures.mkdir()
        yield hq


@pytest.fixture
def url(hq: Hq) -> Iterator[str]:
    app = Flask(__name__)
    app.extensions["hq"] = hq
    app.register_blueprint(blueprint)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def photo(hq: Hq, seed: int, suffix: str = ".jpg") -> str:
    """A noisy picture of 2000 by 1000 pixels."""
    chance = numpy.random.default_rng(seed)
    pixels = cv2.resize(chance.integers(0, 255, (50, 100, 3), dtype=numpy.uint8), (2000, 1000))
    content = bytes(cv2.imencode(suffix, pixels)[1])
    name = sha256(content).hexdigest() + suffix
    (hq.pictures / name).write_bytes(content)
    return name


def fetcher(folder: Path, hq: Hq, url: str, names: list[str], budget: int = 1 << 30) -> PictureFetcher:
    return PictureFetcher(
        Pictures(folder / "pictures"),
        folder,
        lambda: names,
        hq_url=url,
        verify_key=hq.keys.verify,
        budget=budget,
    )


def size(file: Path) -> int:
    pixels = cv2.imread(str(file))
    assert pixels is not None
    return int(max(pixels.shape))


def kept(folder: Path) -> set[str]:
    return {str(path.relative_to(folder / "pictures")) for path in (folder / "pictures").rglob("*.*")}


def test_pictures_come_in_the_sizes_that_screens_need(hq: Hq, url: str, tmp_path: Path) -> None:
    name = photo(hq, 1)
    fetching = fetcher(tmp_path, hq, url, [name])
    fetching.start()
    fetching.look()
    wait_until(lambda: kept(tmp_path) == {name, f"small/{name}"})
    fetching.stop()
    assert (size(tmp_path / "pictures" / name), size(tmp_path / "pictures/small" / name)) == (1600, 640)
    assert (tmp_path / "pictures" / name).read_bytes()[8:12] == b"WEBP"


def test_what_another_hq_made_is_not_shown(hq: Hq, url: str, tmp_path: Path) -> None:
    name = photo(hq, 1)
    other = PictureFetcher(
        Pictures(tmp_path / "pictures"), tmp_path, lambda: [name],
        hq_url=url, verify_key=new_signing_pair()[1], budget=1 << 30,
    )  # fmt: skip
    assert other._fetch_all()
    assert kept(tmp_path) == set()


def test_drawings_come_as_they_are(hq: Hq, url: str, tmp_path: Path) -> None:
    content = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    name = sha256(content).hexdigest() + ".svg"
    (hq.pictures / name).write_bytes(content)
    assert not fetcher(tmp_path, hq, url, [name])._fetch_all()
    assert (tmp_path / "pictures" / name).read_bytes() == content


def test_small_ones_of_popular_articles_come_first_and_the_budget_holds(hq: Hq, url: str, tmp_path: Path) -> None:
    names = [photo(hq, seed) for seed in range(6)]
    fetcher(tmp_path, hq, url, names)._fetch_all()
    whole = Pictures(tmp_path / "pictures").size()
    tight = tmp_path / "tight"
    tight.mkdir()
    fetcher(tight, hq, url, names, budget=whole // 2)._fetch_all()
    assert Pictures(tight / "pictures").size() <= whole // 2
    assert {f"small/{name}" for name in names} <= kept(tight)
    assert names[0] in kept(tight) and names[-1] not in kept(tight)


def test_what_the_catalogue_no_longer_names_goes_first_then_what_nobody_looked_at(
    hq: Hq, url: str, tmp_path: Path
) -> None:
    old, first, second = (photo(hq, seed) for seed in range(3))
    fetcher(tmp_path, hq, url, [old, first, second])._fetch_all()
    pictures = Pictures(tmp_path / "pictures")
    import os

    os.utime(pictures.folder / first, (1, 1))
    each = (pictures.folder / old).stat().st_size
    assert set(pictures.make_room(pictures.size() - each - 1, {first, second})) == {old}
    assert pictures.make_room(pictures.size() - 1, {first, second}) == [first]
    assert kept(tmp_path) == {second, f"small/{first}", f"small/{second}"}


def test_what_the_budget_had_no_room_for_is_fetched_when_a_screen_shows_it(hq: Hq, url: str, tmp_path: Path) -> None:
    names = [photo(hq, seed) for seed in range(6)]
    fetcher(tmp_path, hq, url, names)._fetch_all()
    budget = Pictures(tmp_path / "pictures").size() // 2
    tight = tmp_path / "tight"
    tight.mkdir()
    fetching, pictures = fetcher(tight, hq, url, names, budget=budget), Pictures(tight / "pictures")
    fetching._fetch_all()
    fetching.want("0" * 64 + ".jpg", small=False)  # which no article has
    fetching._fetch_asked()
    assert names[0] in kept(tight) and names[-1] not in kept(tight)
    fetching.want(names[-1], small=False)
    fetching._fetch_asked()
    assert names[-1] in kept(tight) and names[0] not in kept(tight)
    assert pictures.size() <= budget
    pictures.drop(names[2], small=True)
    fetching.start()
    fetching.want(names[2], small=True)
    wait_until(lambda: f"small/{names[2]}" in kept(tight))
    fetching.stop()


def test_a_missing_picture_is_asked_for_again_later(hq: Hq, url: str, tmp_path: Path) -> None:
    name = photo(hq, 1)
    content = (hq.pictures / name).read_bytes()
    (hq.pictures / name).unlink()
    fetching = fetcher(tmp_path, hq, url, [name])
    assert fetching._fetch_all()
    (hq.pictures / name).write_bytes(content)
    assert not fetching._fetch_all()
    assert kept(tmp_path) == {name, f"small/{name}"}
