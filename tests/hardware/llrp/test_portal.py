"""Tags come and go in a reader's field, by a clock that the test moves."""

from hypothesis import given
from hypothesis import strategies as st

from hardware.llrp.portal import MOST, Change, Portal, Sighting

A, B = b"\x30" * 12, b"\x31" * 16


def test_a_tag_comes_once_however_often_it_is_heard() -> None:
    portal = Portal()
    assert portal.hear([Sighting(A), Sighting(A)], 0.0) == [Change("came", A)]
    assert portal.hear([Sighting(A, 2)], 1.0) == []


def test_a_hundred_at_once_are_a_hundred() -> None:
    tags = [Sighting(number.to_bytes(12)) for number in range(1, 101)]
    portal = Portal()
    assert portal.hear(tags * 3, 0.0) == [Change("came", tag.epc) for tag in tags]


def test_a_reader_that_makes_up_tags_without_end_takes_no_memory_without_end() -> None:
    portal = Portal()
    came = [
        len(portal.hear([Sighting((block << 16 | n).to_bytes(12)) for n in range(1, 10_001)], 0.0))
        for block in range(4)
    ]
    assert came == [10_000, 10_000, 0, 0]
    assert len(portal.silence(3.0)) == MOST
    assert portal.hear([Sighting(A)], 3.0) == [Change("came", A)]


def test_it_has_gone_after_the_silence_and_not_before() -> None:
    portal = Portal(gone=2.0)
    portal.hear([Sighting(A), Sighting(B)], 0.0)
    portal.hear([Sighting(B)], 1.5)
    assert portal.silence(2.0) == []
    assert portal.silence(2.1) == [Change("went", A)]
    assert portal.silence(2.2) == []


def test_one_that_has_gone_may_come_again() -> None:
    portal = Portal(gone=2.0)
    portal.hear([Sighting(A)], 0.0)
    portal.silence(3.0)
    assert portal.hear([Sighting(A)], 4.0) == [Change("came", A)]


def test_the_neighbours_room_is_too_weak_to_count() -> None:
    portal = Portal(weakest=-60)
    assert portal.hear([Sighting(A, 1, -61)], 0.0) == []
    assert portal.hear([Sighting(A, 1, -60)], 0.1) == [Change("came", A)]


def test_one_that_is_there_may_get_somewhat_weaker() -> None:
    portal = Portal(gone=2.0, weakest=-60)
    portal.hear([Sighting(A, 1, -60)], 0.0)
    portal.hear([Sighting(A, 1, -66)], 1.5)
    assert portal.silence(3.0) == []
    portal.hear([Sighting(A, 1, -67)], 3.4)
    assert portal.silence(3.6) == [Change("went", A)]


def test_a_tag_nobody_wrote_to_is_nobody() -> None:
    assert Portal().hear([Sighting(b"")], 0.0) == []


@given(st.lists(st.tuples(st.sampled_from([A, B]), st.floats(0, 5)), max_size=30))
def test_it_comes_and_goes_in_turn(heard: list[tuple[bytes, float]]) -> None:
    portal, now, said = Portal(gone=2.0), 0.0, list[Change]()
    for epc, passed in heard:
        now += passed
        said += portal.silence(now)
        said += portal.hear([Sighting(epc)], now)
    for epc in (A, B):
        kinds = [change.kind for change in said if change.epc == epc]
        assert kinds == ["came", "went"] * (len(kinds) // 2) + ["came"] * (len(kinds) % 2)
