"""The taps at a reader of tags, by a clock that stands still unless moved."""

import pytest

from hardware.errors import TagError
from hardware.scan import ReaderEvent
from hardware.tags.tapping import ATTEMPTS, LATER, Tapping

A, B, PHONE = bytes.fromhex("04112233445566"), bytes.fromhex("04665544332211"), bytes.fromhex("08010203")
TORN, FOREIGN = TagError("tag-torn", "hold it"), TagError("tag-foreign", "not ours")


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tapping(clock: Clock) -> Tapping:
    return Tapping("reader", debounce=0.7, monotonic=clock, clock=clock)


def _said(events: list[ReaderEvent]) -> list[str]:
    return [event.reason or event.kind for event in events]


def _tap(tapping: Tapping, uid: bytes, message: bytes) -> list[str]:
    """Come, be read, leave."""
    return _said([*tapping.saw([uid]), *tapping.read(message), *tapping.saw([])])


def test_a_tag_comes_is_read_once_and_leaves(tapping: Tapping) -> None:
    (present,) = tapping.saw([A])
    assert (present.kind, present.tag, tapping.unread) == ("present", A, True)
    (event,) = tapping.read(b"one")
    assert event.scan
    assert (event.scan.data, event.scan.uid, event.scan.at, tapping.unread) == (b"one", A, 100.0, False)
    assert tapping.saw([A]) == []
    (removed,) = tapping.saw([])
    assert (removed.kind, removed.tag, tapping.held) == ("removed", A, None)


def test_a_shaken_tag_is_one_tap_and_one_that_was_away_is_another(tapping: Tapping, clock: Clock) -> None:
    assert _tap(tapping, A, b"one") == ["present", "scan", "removed"]
    clock.now += 0.6
    assert _tap(tapping, A, b"one") == ["present", "removed"]
    clock.now += 0.8
    assert _tap(tapping, A, b"one") == ["present", "scan", "removed"]


def test_other_content_or_another_tag_is_another_tap(tapping: Tapping) -> None:
    taps = [_tap(tapping, A, b"one"), _tap(tapping, A, b"two"), _tap(tapping, B, b"two"), _tap(tapping, A, b"two")]
    assert all("scan" in tap for tap in taps)


def test_being_held_for_long_does_not_make_a_shake_another_tap(tapping: Tapping, clock: Clock) -> None:
    tapping.saw([A])
    tapping.read(b"one")
    clock.now += 60
    tapping.saw([A])
    tapping.saw([])
    clock.now += 0.2
    assert _tap(tapping, A, b"one") == ["present", "removed"]


def test_a_phone_that_makes_up_its_uid_is_known_by_its_content(tapping: Tapping) -> None:
    assert "scan" in _tap(tapping, PHONE, b"one")
    assert "scan" not in _tap(tapping, PHONE[:3] + b"\xff", b"one")


def test_a_phone_stays_though_its_uid_is_another_each_time(tapping: Tapping) -> None:
    tapping.saw([PHONE])
    tapping.read(b"one")
    assert tapping.saw([PHONE[:3] + b"\xff"]) == []


def test_a_tag_in_place_of_the_held_one_is_told_at_once(tapping: Tapping) -> None:
    tapping.saw([A])
    tapping.read(b"one")
    removed, present = tapping.saw([B])
    assert (removed.kind, removed.tag, present.kind, present.tag) == ("removed", A, "present", B)
    assert tapping.unread


def test_a_tag_that_leaves_before_it_was_read_is_torn(tapping: Tapping) -> None:
    tapping.saw([A])
    assert tapping.failed(TORN) == []
    assert tapping.hurried
    assert _said(tapping.saw([])) == ["tag-torn", "removed"]
    assert _tap(tapping, A, b"one") == ["present", "scan", "removed"]


@pytest.mark.parametrize("error", [TORN, TagError("tag-damaged", "no answer")], ids=lambda error: error.reason)
def test_a_held_tag_that_gives_nothing_is_tried_until_it_is_read_and_told_once(
    tapping: Tapping, clock: Clock, error: TagError
) -> None:
    told, wanted = tapping.saw([A]), []
    for _ in range(5):
        told += tapping.failed(error)
        wanted.append(tapping.unread)
        clock.now += 0 if tapping.hurried else LATER
        wanted.append(tapping.unread)
    assert _said(told) == ["present", error.reason]
    assert wanted == [True, True, True, True, False, True, False, True, False, True]
    assert _said(tapping.read(b"one")) == ["scan"]


def test_a_tag_that_could_never_be_read_leaves_without_another_complaint(tapping: Tapping) -> None:
    tapping.saw([A])
    for _ in range(ATTEMPTS):
        tapping.failed(TagError("tag-damaged", "no answer"))
    assert _said(tapping.saw([])) == ["removed"]


def test_what_was_read_in_full_and_is_broken_is_not_read_again(tapping: Tapping, clock: Clock) -> None:
    tapping.saw([A])
    told = [event for _ in range(ATTEMPTS) for event in tapping.failed(TagError("tag-damaged", "broken"), b"raw")]
    clock.now += LATER
    assert (_said(told), tapping.unread) == (["tag-damaged"], False)


def test_other_failures_are_told_after_some_attempts_with_what_was_read(tapping: Tapping) -> None:
    tapping.saw([A])
    told = [tapping.failed(FOREIGN, b"raw") for _ in range(ATTEMPTS)]
    assert [len(events) for events in told] == [0] * (ATTEMPTS - 1) + [1]
    assert (told[-1][0].reason, told[-1][0].raw, tapping.unread) == ("tag-foreign", b"raw", False)


def test_a_final_failure_is_told_at_once(tapping: Tapping) -> None:
    tapping.saw([A])
    assert _said(tapping.failed(FOREIGN, final=True)) == ["tag-foreign"]


def test_a_shake_that_tears_neither_complains_nor_reads_twice(tapping: Tapping, clock: Clock) -> None:
    _tap(tapping, A, b"one")
    clock.now += 0.2
    assert _said([*tapping.saw([A]), *tapping.failed(TORN), *tapping.saw([])]) == ["present", "removed"]
    clock.now += 0.2
    assert _tap(tapping, A, b"one") == ["present", "removed"]


def test_a_tear_long_after_a_scan_does_not_swallow_the_next_scan(tapping: Tapping, clock: Clock) -> None:
    _tap(tapping, A, b"one")
    clock.now += 5
    assert _said([*tapping.saw([A]), *tapping.saw([])]) == ["present", "tag-torn", "removed"]
    clock.now += 0.1
    assert "scan" in _tap(tapping, A, b"one")


def test_several_tags_at_once_are_told_once_and_none_of_them_is_held(tapping: Tapping) -> None:
    assert _said([*tapping.saw([A, B]), *tapping.saw([A, B])]) == ["tags-many"]
    assert tapping.held is None
    assert _said(tapping.saw([A])) == ["present"]


def test_a_tag_that_joins_the_held_one_is_told_and_the_held_one_is_not_read_again(tapping: Tapping) -> None:
    tapping.saw([A])
    tapping.read(b"one")
    assert _said([*tapping.saw([A, B]), *tapping.saw([A])]) == ["tags-many"]
    assert not tapping.unread
    assert _said(tapping.saw([A, B])) == ["tags-many"]
    assert _said(tapping.saw([B])) == ["removed", "present"]


def test_an_unread_tag_is_not_read_while_another_lies_beside_it(tapping: Tapping) -> None:
    tapping.saw([A])
    tapping.saw([A, B])
    assert not tapping.unread
    assert tapping.saw([A]) == []
    assert tapping.unread
