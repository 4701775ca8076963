"""When a code before a camera counts, and when a picture is worth a look."""

from itertools import chain

from hardware.decoders import Reading
from hardware.pictures import still
from hardware.watching import Gate, Watch
from tests.hardware.rigs import ean13

ONE, TWO = Reading("ean13", b"1"), Reading("ean13", b"2")


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
    gate, one, two = Gate(), still(ean13("4006380000001")), still(ean13("4006380000018"))
    assert one is not None
    assert two is not None
    assert [gate.is_changed(each) for each in (one, one, two, two, one)] == [True, False, True, False, True]


def test_the_gate_stays_shut_while_lamps_flicker() -> None:
    gate, picture = Gate(), still(ean13("4006380000001"))
    assert picture is not None
    gate.is_changed(picture)
    assert not any(gate.is_changed((picture * factor).astype("uint8")) for factor in (0.97, 0.94, 0.9, 1.0))
