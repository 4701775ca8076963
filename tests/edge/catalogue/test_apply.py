"""A box turns from version to version, and nothing it refuses disturbs what it shows."""

import gc
import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from edge.catalogue import (
    Catalogue,
    CatalogueError,
    DamagedCatalogue,
    NotACatalogue,
    OldVersion,
    Shelf,
    Version,
    WrongVersion,
    differ,
)
from edge.catalogue.patch import patch
from tests.edge.catalogue import shop


def _arrived(folder: Path, version: Version) -> Path:
    return shop.write(folder / f"download-{version}", version)


def test_a_new_box_runs_with_an_empty_catalogue(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    assert shelf.version == Version(0, 0)
    assert shelf.current().products() == []


def test_a_version_that_was_turned_to_is_there_after_a_restart(tmp_path: Path) -> None:
    Shelf(tmp_path / "shelf").turn(Version(1, 7), _arrived(tmp_path, Version(1, 7)))
    assert Shelf(tmp_path / "shelf").version == Version(1, 7)
    assert (tmp_path / "shelf" / "current").read_text() == "catalogue-1-7.db\n"


def test_older_and_equal_versions_are_refused(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    shelf.turn(Version(2, 5), _arrived(tmp_path, Version(2, 5)))
    for version in (Version(2, 5), Version(2, 4), Version(1, 9)):
        with pytest.raises(OldVersion):
            shelf.turn(version, _arrived(tmp_path, version))
    assert shelf.turn(Version(3, 1), _arrived(tmp_path, Version(3, 1))).version == Version(3, 1)


def test_a_file_that_says_another_version_is_refused(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    with pytest.raises(WrongVersion):
        shelf.turn(Version(1, 2), _arrived(tmp_path, Version(1, 1)))
    assert shelf.version == Version(0, 0)


def test_damaged_files_are_refused_and_the_old_version_stays(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    shelf.turn(Version(1, 1), _arrived(tmp_path, Version(1, 1)))
    whole = _arrived(tmp_path, Version(1, 2)).read_bytes()
    for harmed in (b"", b"not a database", whole[: len(whole) // 2], whole[:4096] + b"\xff" * 8192 + whole[12288:]):
        file = tmp_path / "harmed"
        file.write_bytes(harmed)
        with pytest.raises((DamagedCatalogue, NotACatalogue)):
            shelf.turn(Version(1, 2), file)
        assert shelf.current().find("boot")


def test_a_file_whose_hash_was_just_verified_is_not_read_through_once_more(tmp_path: Path) -> None:
    harmed = _arrived(tmp_path, Version(1, 1))
    with closing(sqlite3.connect(harmed)) as connection:
        ((page,),) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'review_product'")
        ((size,),) = connection.execute("PRAGMA page_size")
    with harmed.open("rb+") as file:  # what opening does not touch
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    with pytest.raises(DamagedCatalogue):
        Shelf(tmp_path / "strict").turn(Version(1, 1), harmed)
    assert Shelf(tmp_path / "told").turn(Version(1, 1), harmed, verified=True).version == Version(1, 1)


def test_a_reader_keeps_its_version_and_its_file_goes_when_it_is_done(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    reading = shelf.turn(Version(1, 1), _arrived(tmp_path, Version(1, 1)))
    shelf.turn(Version(1, 2), _arrived(tmp_path, Version(1, 2)))
    assert reading.find("boot")
    assert (tmp_path / "shelf" / "catalogue-1-1.db").exists()
    del reading
    gc.collect()
    shelf.turn(Version(1, 3), _arrived(tmp_path, Version(1, 3)))
    gc.collect()
    assert not (tmp_path / "shelf" / "catalogue-1-1.db").exists()


def test_what_a_broken_off_turn_left_is_swept_up(tmp_path: Path) -> None:
    Shelf(tmp_path / "shelf").turn(Version(1, 1), _arrived(tmp_path, Version(1, 1)))
    _arrived(tmp_path, Version(1, 2)).rename(tmp_path / "shelf" / "catalogue-1-2.db")
    assert Shelf(tmp_path / "shelf").version == Version(1, 1)
    assert [path.name for path in (tmp_path / "shelf").glob("catalogue*.db")] == ["catalogue-1-1.db"]


def test_a_box_whose_catalogue_was_destroyed_starts_empty_and_takes_the_next(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    Shelf(tmp_path / "shelf").turn(Version(1, 1), _arrived(tmp_path, Version(1, 1)))
    (tmp_path / "shelf" / "catalogue-1-1.db").write_bytes(b"dust")
    shelf = Shelf(tmp_path / "shelf")
    assert shelf.version == Version(0, 0)
    assert "starting empty" in caplog.text
    shelf.turn(Version(1, 1), _arrived(tmp_path, Version(1, 1)))
    assert issubclass(OldVersion, CatalogueError)


def _step(folder: Path, shelf: Shelf, n: int, price: int) -> Path:
    """A delta from what `shelf` shows to version 1-`n`, in which all costs `price` times as much."""
    variants = [replace(variant, price=variant.price.times(price)) for variant in shop.VARIANTS]
    after = shop.write(folder / f"after-{n}.db", Version(1, n), variants=variants, before=shelf.file)
    assert differ(shelf.file, after, folder / f"delta-{n}")
    return folder / f"delta-{n}"


def test_a_delta_makes_the_next_version_of_the_file_in_use_and_a_restart_finds_it(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    reading = shelf.turn(Version(1, 1), _arrived(tmp_path, Version(1, 1)))
    for n in (2, 3):
        assert shelf.advance(Version(1, n), _step(tmp_path, shelf, n, n)).version == Version(1, n)
    assert reading.version == Version(1, 1) and reading.find("boot")
    assert (tmp_path / "shelf" / "current").read_text() == "catalogue-1-1.db\n"
    again = Shelf(tmp_path / "shelf")
    assert again.version == Version(1, 3)
    variant = again.current().by_sku("TENT")
    assert variant and variant.price.amount == 3 * 29900


def test_a_whole_version_follows_deltas_and_the_file_with_all_beside_it_goes(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    shelf.turn(Version(1, 1), _arrived(tmp_path, Version(1, 1)))
    shelf.advance(Version(1, 2), _step(tmp_path, shelf, 2, 2))
    shelf.turn(Version(1, 3), _arrived(tmp_path, Version(1, 3)))
    gc.collect()
    shelf.turn(Version(1, 4), _arrived(tmp_path, Version(1, 4)))
    gc.collect()
    assert {path.name.partition("-1-")[2][0] for path in (tmp_path / "shelf").glob("catalogue*")} <= {"3", "4"}


def test_an_older_delta_and_one_of_another_version_change_nothing(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    shelf.turn(Version(1, 1), _arrived(tmp_path, Version(1, 1)))
    second = _step(tmp_path, shelf, 2, 2)
    shelf.advance(Version(1, 2), second)
    for version in (Version(1, 2), Version(1, 3)):
        with pytest.raises(OldVersion):
            shelf.advance(version, second)
    assert shelf.version == Version(1, 2)


def test_a_question_in_several_parts_is_answered_from_one_moment(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    reading = shelf.turn(Version(1, 1), _arrived(tmp_path, Version(1, 1)))
    delta = _step(tmp_path, shelf, 2, 2)
    with reading.moment():
        first = reading.by_sku("TENT")
        thread = threading.Thread(target=patch, args=(shelf.file, delta, Version(1, 2)))
        thread.start()
        wait_for_version(shelf.file, 2)
        assert reading.by_sku("TENT") == first
    thread.join()
    second = reading.by_sku("TENT")
    assert first and second and second.price == first.price.times(2)


def wait_for_version(file: Path, n: int) -> None:
    ends = time.monotonic() + 20
    while True:
        with Catalogue.open(file) as catalogue:
            if catalogue.version.n == n:
                return
        assert time.monotonic() < ends
        time.sleep(0.01)
