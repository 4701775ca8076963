"""The list of staff in its file."""

import stat
from pathlib import Path

import pytest

from edge.staff import BadPinError, Roster, RosterError, pins

PIN = "4711"


@pytest.fixture
def roster(tmp_path: Path) -> Roster:
    return Roster(tmp_path / "staff.json")


def test_a_badge_leads_to_its_bearer_and_the_right_pin_is_right(roster: Roster) -> None:
    mari = roster.add("Mari", "S-0001", PIN)
    assert roster.bearer("S-0001") == mari
    assert pins.is_right(PIN, mari.pin)
    assert not pins.is_right("4712", mari.pin)


def test_nobody_bears_an_unknown_badge_also_where_there_is_no_list(roster: Roster) -> None:
    assert roster.bearer("S-0001") is None
    roster.add("Mari", "S-0001", PIN)
    assert roster.bearer("S-0002") is None


def test_what_another_process_wrote_counts_at_once(roster: Roster, tmp_path: Path) -> None:
    other = Roster(tmp_path / "staff.json")
    mari = roster.add("Mari", "S-0001", PIN)
    assert other.member(mari.id) == mari
    roster.remove(mari.id)
    assert other.member(mari.id) is None


def test_the_file_holds_neither_badge_nor_pin_and_is_its_owners_alone(roster: Roster, tmp_path: Path) -> None:
    roster.add("Mari", "S-0001-XYZ", "92751")
    text = (tmp_path / "staff.json").read_text()
    assert "S-0001-XYZ" not in text
    assert "92751" not in text
    assert "$argon2id$" in text
    assert stat.S_IMODE((tmp_path / "staff.json").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["staff.json"]


def test_one_badge_is_one_persons(roster: Roster) -> None:
    roster.add("Mari", "S-0001", PIN)
    with pytest.raises(RosterError, match="Mari"):
        roster.add("Jüri", "S-0001", "9275")


@pytest.mark.parametrize(
    "pin", ["", "123", "1234", "98765", "0000", "1234567890123", "12a4", "４７１１", "47 11", "²³¹⁵"]
)
def test_what_is_no_pin_is_refused(roster: Roster, pin: str) -> None:
    with pytest.raises(BadPinError):
        roster.add("Mari", "S-0001", pin)
    assert roster.members() == ()


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "Mari\x1b[2J"])
def test_what_is_no_name_is_refused(roster: Roster, name: str) -> None:
    with pytest.raises(RosterError):
        roster.add(name, "S-0001", PIN)


def test_a_damaged_list_is_said_to_be_one(roster: Roster, tmp_path: Path) -> None:
    (tmp_path / "staff.json").write_text('{"key": 5}')
    with pytest.raises(RosterError, match="no list of staff"):
        roster.bearer("S-0001")
