"""Badge, then PIN; the session after it; the lock."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from edge.domain.lockout import FIRST, FREE
from edge.shop import LockedError, NoBadgeError, Session, WrongPinError
from edge.shop.records import Records
from edge.shop.staffing import HELD, LONGEST, Staffing
from edge.staff import Roster
from edge.store import Database, EventLog

BADGE, PIN, WRONG = "S-0001", "4711", "4712"
IDLE = 300.0


@dataclass
class Till:
    """One box, which can be switched off and on."""

    folder: Path
    ms: int = 1_795_000_000_000
    seconds: float = 0
    changed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.roster = Roster(self.folder / "staff.json")
        self.mari = self.roster.add("Mari", BADGE, PIN)
        self._ids = itertools.count(1)
        self.start()

    def start(self) -> None:
        self.database = Database(self.folder / "store.db")
        self.log = EventLog(self.database)
        self.staff = Staffing(
            Roster(self.folder / "staff.json"),
            Records(
                database=self.database,
                log=self.log,
                now=lambda: self.ms,
                new_id=lambda: f"{next(self._ids):032x}",
                woken=lambda: None,
            ),
            idle=lambda: IDLE,
            changed=self.changed.append,
            clock=lambda: self.seconds,
        )

    def restart(self) -> None:
        self.database.close()
        self.start()

    def enter(self, pin: str = PIN) -> str:
        self.staff.badge("till", BADGE)
        return self.staff.sign_in("till", pin)

    def session(self, token: str) -> Session:
        session = self.staff.session("till", token)
        assert session
        return session

    def told(self) -> list[tuple[str, str]]:
        """Kind and reason of every event."""
        events = self.log.read(0, 1000, 1 << 30)[0]
        return [(event.kind, json.loads(event.body).get("reason", "")) for event in events]

    def lock(self) -> None:
        for _ in range(FREE - 1):
            with pytest.raises(WrongPinError):
                self.enter(WRONG)
        with pytest.raises(LockedError):
            self.enter(WRONG)


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    till = Till(tmp_path)
    yield till
    till.database.close()


def test_a_badge_and_its_pin_open_a_session_at_that_station_only(till: Till) -> None:
    token = till.enter()
    assert till.session(token).name == "Mari"
    assert till.staff.session("wall", token) is None
    assert till.staff.session("till", token + "x") is None
    assert till.told() == [("StaffSignedIn", "")]


def test_a_badge_alone_opens_nothing(till: Till) -> None:
    till.staff.badge("till", BADGE)
    assert till.staff.at("till") is None


def test_a_pin_without_a_badge_opens_nothing(till: Till) -> None:
    with pytest.raises(NoBadgeError):
        till.staff.sign_in("till", PIN)


def test_a_badge_waits_for_its_pin_for_a_minute_and_at_its_own_station(till: Till) -> None:
    till.staff.badge("till", BADGE)
    with pytest.raises(NoBadgeError):
        till.staff.sign_in("other", PIN)
    till.seconds += HELD
    with pytest.raises(NoBadgeError):
        till.staff.sign_in("till", PIN)


def test_a_strangers_badge_is_refused_and_told(till: Till) -> None:
    till.staff.badge("till", "S-9999")
    assert till.staff.refused("till") == "unknown-badge"
    assert till.told() == [("StaffRefused", "unknown-badge")]
    assert "S-9999" not in till.log.read(0, 10, 1 << 20)[0][0].body


def test_a_list_that_cannot_be_read_is_said_at_the_badge(till: Till) -> None:
    (till.folder / "staff.json").write_text("{")
    till.staff.badge("till", BADGE)
    assert till.staff.refused("till") == "staff-list"


def test_wrong_pins_lock_and_the_right_one_does_not_help_then(till: Till) -> None:
    till.lock()
    with pytest.raises(LockedError) as locked:
        till.enter(PIN)
    assert locked.value.number == FIRST // 60_000
    assert till.told()[-1] == ("StaffRefused", "locked")


def test_a_lock_survives_a_restart(till: Till) -> None:
    till.lock()
    till.restart()
    with pytest.raises(LockedError):
        till.enter(PIN)


def test_tries_before_a_restart_count(till: Till) -> None:
    for _ in range(FREE - 1):
        with pytest.raises(WrongPinError):
            till.enter(WRONG)
        till.restart()
    with pytest.raises(LockedError):
        till.enter(WRONG)


def test_a_try_counts_as_wrong_before_it_is_looked_at(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    def unplugged(pin: str, kept: str) -> bool:
        raise SystemExit

    monkeypatch.setattr("edge.shop.staffing.pins.is_right", unplugged)
    for _ in range(FREE):
        with pytest.raises(SystemExit):
            till.enter(WRONG)
    monkeypatch.undo()
    till.restart()
    with pytest.raises(LockedError):
        till.enter(PIN)


def test_a_lock_ends_and_the_right_pin_forgets_the_wrong_ones(till: Till) -> None:
    till.lock()
    till.ms += FIRST
    till.enter(PIN)
    with pytest.raises(WrongPinError) as wrong:
        till.enter(WRONG)
    assert wrong.value.number == FREE - 1


def test_a_new_pin_ends_the_lock_of_the_old_one(till: Till) -> None:
    till.lock()
    till.roster.change_pin(till.mari.id, "9275")
    till.enter("9275")


def test_a_session_ends_by_itself(till: Till) -> None:
    token = till.enter()
    till.seconds += IDLE - 1
    till.staff.touch(till.session(token))
    till.seconds += IDLE - 1
    assert till.session(token)
    till.seconds += 1
    assert till.staff.session("till", token) is None
    assert set(till.staff.sweep()) == {"till"}
    assert till.told()[-1] == ("StaffSignedOut", "idle")


def test_no_session_lasts_longer_than_a_day_of_work(till: Till) -> None:
    token = till.enter()
    while till.seconds < LONGEST - 100:
        till.seconds += 100
        till.staff.touch(till.session(token))
    till.seconds += 100
    assert till.staff.session("till", token) is None


def test_a_restart_ends_sessions_and_says_so(till: Till) -> None:
    token = till.enter()
    till.restart()
    assert till.staff.session("till", token) is None
    assert till.told() == [("StaffSignedIn", ""), ("StaffSignedOut", "restart")]
    till.restart()
    assert till.told()[1:] == [("StaffSignedOut", "restart")]


def test_who_is_taken_off_the_list_is_out_at_once(till: Till) -> None:
    token = till.enter()
    till.roster.remove(till.mari.id)
    assert till.staff.session("till", token) is None
    till.staff.sweep()
    assert till.told()[-1] == ("StaffSignedOut", "removed")


def test_signing_out_is_told_once(till: Till) -> None:
    session = till.session(till.enter())
    till.staff.sign_out(session)
    till.staff.sign_out(session)
    assert till.told() == [("StaffSignedIn", ""), ("StaffSignedOut", "done")]


def test_no_event_and_no_row_holds_badge_pin_or_token(till: Till) -> None:
    token = till.enter()
    with pytest.raises(WrongPinError):
        till.enter("83625")
    files = b"".join(path.read_bytes() for path in till.folder.glob("store.db*"))
    assert b"StaffSignedIn" in files, "the control"
    for secret in (BADGE, "83625", token):
        assert secret.encode() not in files
