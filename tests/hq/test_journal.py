"""The journal: on disk before it is answered, whole after a crash, applied again after a restore."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from hq import decisions, effects, people
from hq.errors import JournalError
from hq.journal import Journal
from hq.ledger import ledger_of
from hq.service import Hq
from hq.store import tables
from hq.store.state import state_hash
from sync.ingest import ingest
from tests.hq.boxes import NOW, STORE, Box, basket_sent, box_of, yes


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def journal(path: Path) -> Journal:
    return Journal(path, lambda: NOW)


def test_what_is_appended_is_read_again(path: Path) -> None:
    first = journal(path).append("suppressed", "ab", reason="bounced")
    second = journal(path).append("mail-sent", "cd")
    assert list(journal(path).entries()) == [first, second]
    assert (first.at, first.subject, first.body) == (NOW, "ab", {"reason": "bounced"})


def test_an_entry_is_synced_before_append_returns(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[bytes] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        real(descriptor)
        synced.append(path.read_bytes())

    own = journal(path)
    monkeypatch.setattr(os, "fsync", fsync)
    own.append("mail-sent", "ab")
    assert b'"subject":"ab"' in synced[-1]


@pytest.mark.parametrize("kept", [1, 20, -1])
def test_a_torn_tail_is_cut_and_what_was_answered_stays(path: Path, kept: int) -> None:
    first = journal(path).append("mail-sent", "ab")
    whole = path.read_bytes()
    journal(path).append("mail-sent", "cd")
    torn = path.read_bytes()[len(whole) :][:kept]
    path.write_bytes(whole + torn)
    again = journal(path)
    third = again.append("mail-sent", "ef")
    assert list(again.entries()) == [first, third]


def test_a_tail_torn_by_another_process_is_cut_before_the_next_entry(path: Path) -> None:
    own = journal(path)
    with path.open("ab") as other:
        other.write(b'{"half')
    entry = own.append("mail-sent", "ab")
    assert list(own.entries()) == [entry]


def test_a_damaged_entry_is_named_and_nothing_behind_it_is_believed(path: Path) -> None:
    own = journal(path)
    for subject in ("ab", "cd", "ef"):
        own.append("mail-sent", subject)
    path.write_bytes(path.read_bytes().replace(b'"cd"', b'"cx"'))
    entries = journal(path).entries()
    assert next(entries).subject == "ab"
    with pytest.raises(JournalError, match="line 2 is damaged"):
        next(entries)


def test_after_a_failed_sync_nothing_is_decided_any_more(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = journal(path)

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fail)
        with pytest.raises(JournalError, match="No space left"):
            own.append("mail-sent", "ab")
    with pytest.raises(JournalError, match="Restart HQ"):
        own.append("mail-sent", "cd")


def test_two_that_append_at_once_keep_every_entry_whole(path: Path) -> None:
    def work(name: str) -> None:
        own = journal(path)
        for number in range(20):
            own.append("mail-sent", f"{name}{number}")

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list(journal(path).entries())) == 40


def test_a_start_applies_what_a_crash_left_in_the_journal_alone(hq: Hq, open_it: Callable[[], Hq]) -> None:
    hq.journal.append("suppressed", "ab" * 32, reason="bounced")
    again = open_it()
    with again.reading() as connection:
        assert connection.scalar(select(tables.suppression.c.reason)) == "bounced"


def test_the_whole_journal_applied_again_changes_nothing(any_hq: Hq) -> None:
    hq, box = any_hq, box_of(any_hq)
    box.append(basket_sent(consents=(yes(),)), mail="sarah@example.com")
    ingest(ledger_of(hq), STORE, box.payload())
    with hq.reading() as connection:
        profile, mail = connection.execute(select(tables.mail.c.profile, tables.mail.c.id)).one()
    decisions.mail_sent(hq, mail)
    decisions.unsubscribe(hq, profile, how="mail-link")
    with hq.reading() as connection:
        before = state_hash(connection)
        assert not people.allowed(people.answers(connection, profile), "marketing")
        assert people.suppressions(connection, profile) == {"unsubscribed"}
    decisions.catch_up(hq.journal, hq.engine)
    with hq.reading() as connection:
        assert state_hash(connection) == before


def test_decisions_take_effect_on_people_whom_a_restored_database_learns_of_later(
    hq: Hq, box: Box, open_it: Callable[[], Hq]
) -> None:
    box.append(basket_sent(consents=(yes(),)), mail="sarah@example.com")
    ingest(ledger_of(hq), STORE, box.payload())
    with hq.reading() as connection:
        profile, mail = connection.execute(select(tables.mail.c.profile, tables.mail.c.id)).one()
    decisions.mail_sent(hq, mail)
    decisions.withdraw(hq, profile, how="basket-page", purposes=("marketing",))
    _restore_an_empty_backup(hq)
    ingest(ledger_of(hq), STORE, box.payload())
    with hq.reading() as connection:
        assert connection.execute(select(tables.mail.c.id, tables.mail.c.state)).one() == (mail, "sent")
        assert not people.allowed(people.answers(connection, profile), "marketing")


def _restore_an_empty_backup(hq: Hq) -> None:
    with hq.engine.begin() as connection:
        for table in reversed(tables.metadata.sorted_tables):
            if table is not tables.setting:
                connection.execute(table.delete())
    decisions.catch_up(hq.journal, hq.engine)


def test_every_kind_of_entry_has_its_effect() -> None:
    from hq.journal import KINDS

    assert set(effects.EFFECTS) == set(KINDS)


def test_the_journal_names_no_address(hq: Hq, box: Box) -> None:
    box.append(basket_sent(), mail="sarah@example.com")
    ingest(ledger_of(hq), STORE, box.payload())
    with hq.reading() as connection:
        profile = connection.scalar(select(tables.profile.c.id)) or ""
        assert connection.scalar(select(func.count()).select_from(tables.mail)) == 1
    decisions.unsubscribe(hq, profile, how="mail-link")
    assert b"sarah" not in (hq.dir / "journal.jsonl").read_bytes()
