"""When a code before a camera counts, and when a picture is worth a look."""

from itertools import chain, pairwise

import numpy as np
import pytest

from hardware.errors import DeviceLost
from hardware.imaging.decoders import Reading
from hardware.imaging.pictures import grey, still
from hardware.imaging.watching import Gate, Vigil, Watch
from tests.hardware.rigs import ean13

ONE, TWO = Reading("ean13", b"1"), Reading("ean13", b"2")


def picture_of(code: str) -> "np.ndarray[tuple[int, int], np.dtype[np.uint8]]":
    picture = still(ean13(code))
    assert picture is not None
    return grey(picture)  # type: ignore[return-value]


def test_a_reading_counts_when_the_next_picture_agrees() -> None:
    watch = Watch()
    assert watch.look([ONE], 0.0) == []
    assert watch.doubtful
    assert watch.look([ONE], 0.1) == [ONE]
    assert not watch.doubtful


def test_readings_that_disagree_do_not_count() -> None:
    watch = Watch()
    assert [watch.look([each], at / 10) for at, each in enumerate((ONE, TWO, ONE, TWO))] == [[]] * 4


def test_a_code_left_in_view_counts_once() -> None:
    watch = Watch()
    looks = [watch.look([ONE], at / 10) for at in range(50)]
    assert list(chain(*looks)) == [ONE]


def test_a_code_left_in_view_counts_once_however_slow_the_looks_are() -> None:
    watch = Watch(gone=1.0)
    assert [len(watch.look([ONE], at)) for at in (0.0, 3.0, 6.0, 9.0)] == [0, 1, 0, 0]


def test_a_flickering_code_counts_once() -> None:
    watch = Watch()
    looks = [watch.look([ONE] if at % 3 else [], at / 10) for at in range(50)]
    assert list(chain(*looks)) == [ONE]


def test_a_code_counts_again_after_it_was_away() -> None:
    watch = Watch(gone=1.0)
    assert [watch.look([ONE], at) for at in (0.0, 0.1, 0.2)] == [[], [ONE], []]
    assert watch.look([], 0.3) == []
    assert [watch.look([ONE], at) for at in (1.5, 1.6)] == [[], [ONE]]


def test_a_still_picture_keeps_its_codes_in_view() -> None:
    watch = Watch(gone=1.0)
    for at in (0.0, 0.1):
        watch.look([ONE], at)
    for at in range(1, 9):
        watch.stay(at / 2)
    assert watch.look([ONE], 4.5) == []


def test_two_codes_in_one_picture_both_count() -> None:
    watch = Watch()
    watch.look([ONE, TWO], 0.0)
    assert watch.look([ONE, TWO], 0.1) == [ONE, TWO]


def test_the_gate_opens_for_another_code_at_the_same_place() -> None:
    gate, one, two = Gate(), picture_of("4006380000001"), picture_of("4006380000018")
    assert [gate.is_changed(each) for each in (one, one, two, two, one)] == [True, False, True, False, True]


def test_the_gate_stays_shut_while_lamps_flicker() -> None:
    gate, picture = Gate(), picture_of("4006380000001")
    gate.is_changed(picture)
    assert not any(gate.is_changed((picture * factor).astype("uint8")) for factor in (0.97, 0.94, 0.9, 1.0))


def test_the_gate_stays_shut_in_a_cameras_noise() -> None:
    gate, picture, noise = Gate(), picture_of("4006380000001"), np.random.default_rng(1)
    noisy = [np.clip(picture + noise.normal(0, 5, picture.shape), 0, 255).astype("uint8") for _ in range(20)]
    gate.is_changed(picture)
    assert not any(map(gate.is_changed, noisy))


def test_a_still_picture_is_looked_at_again_ever_more_seldom() -> None:
    gate, picture = Gate(), picture_of("4006380000001")
    looks = [at / 20 for at in range(400) if gate.is_open(picture, at / 20)]
    pauses = [after - before for before, after in pairwise(looks)]
    assert all(after > before - 0.06 for before, after in pairwise(pauses))
    assert (pauses[0], pauses[-1]) == (pytest.approx(0.05), pytest.approx(4.0, abs=0.06))
    assert gate.is_open(picture_of("4006380000018"), 20.0)


def test_a_camera_that_gives_nothing_for_three_seconds_is_dead() -> None:
    vigil, picture = Vigil("/dev/video0", 0.0), picture_of("4006380000001")
    vigil.none(2.9)
    vigil.came(picture, 2.95)
    vigil.none(5.9)
    with pytest.raises(DeviceLost, match="no picture for 3 s"):
        vigil.none(6.0)


def test_the_same_black_picture_for_three_seconds_is_dead() -> None:
    vigil, black = Vigil("/dev/video0", 0.0), np.full((48, 64), 16, np.uint8)
    for at in (0.1, 1.0, 2.0, 3.0):
        vigil.came(black, at)
    with pytest.raises(DeviceLost, match="one black picture"):
        vigil.came(black, 3.2)


def test_a_covered_lens_and_a_white_wall_are_alive() -> None:
    noise = np.random.default_rng(1)
    covered, wall = Vigil("/dev/video0", 0.0), Vigil("/dev/video0", 0.0)
    for at in range(100):
        covered.came(noise.integers(0, 6, (48, 64), np.uint8), at / 10)
        wall.came(np.full((48, 64), 255, np.uint8), at / 10)
