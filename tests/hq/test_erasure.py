"""Who is erased is gone from every table and file, stays gone, and may come back as somebody new."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, String, Table, Text, func, select

from hq import decisions, erasure, identity, people
from hq.cli import main
from hq.errors import InputError
from hq.ledger import SqlLedger, ledger_of
from hq.projection.basket import basket_id
from hq.projection.person import profile_id
from hq.service import Hq
from hq.settling import settler
from hq.store import engine, tables
from sync.ingest import ingest
from tests.hq.boxes import DAY, NOW, STORE, Box, basket_sent, line, yes
from tests.hq.conftest import Clock
from tests.hq.test_decisions import another_writer

MAIL = "sarah@example.com"
BASKET = "c" * 32


@pytest.fixture
def hq(any_hq: Hq) -> Hq:
    return any_hq


@pytest.fixture
def ledger(hq: Hq) -> SqlLedger:
    return ledger_of(hq)


@pytest.fixture
def profile(hq: Hq, ledger: SqlLedger, box: Box) -> str:
    box.append(basket_sent(line(), basket=BASKET, consents=(yes(),)), mail=MAIL)
    box.append('{"no":"basket"}', kind="BasketSent", mail=MAIL)
    box.append(basket_sent(line("scarf"), basket=BASKET), mail="jo@example.com")
    ingest(ledger, STORE, box.payload())
    found = of(hq, MAIL)
    decisions.withdraw(hq, found, how="basket-page", purposes=("profiling",))
    order = {"store": "web", "order_id": "W-1", "sku": "boot-42", "quantity": 1, "price": 1, "currency": "EUR"}
    digest = hq.keys.digest_of("mail", MAIL)
    decisions.orders_imported(hq, [order | {"at": NOW, "buyer": digest, "card": None, "basket": None}])
    return found


def of(hq: Hq, mail: str) -> str:
    with hq.reading() as connection:
        return identity.find(connection, hq.keys, "mail", mail) or ""


def count(hq: Hq, table: Table) -> int:
    with hq.reading() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def tables_with(hq: Hq, *words: str) -> set[str]:
    found: set[str] = set()
    with hq.reading() as connection:
        for table in tables.metadata.sorted_tables:
            columns = [column for column in table.c if isinstance(column.type, String | Text | LargeBinary)]
            for row in connection.execute(select(*columns)) if columns else ():
                if any(word in str(value) for word in words for value in row):
                    found.add(table.name)
    return found


def test_nothing_leads_to_the_erased_any_more(hq: Hq, profile: str, box: Box) -> None:
    digest = hq.keys.digest_of("mail", MAIL)
    assert {"profile", "identity", "mail", "basket", "order_line"} <= tables_with(hq, profile, digest)
    decisions.erase(hq, profile)
    assert tables_with(hq, profile, digest) == {"suppression", "decision"}
    assert count(hq, tables.order_line) == 1, "the sale stays"
    assert count(hq, tables.event) == 2, "and the events, so that the chain verifies"
    with hq.reading() as connection:
        assert connection.scalar(select(tables.suppression.c.reason)) == "erased"
        assert connection.scalar(select(tables.quarantine.c.blob)) is None
        listed = set(connection.scalars(select(tables.erased.c.event)))
    assert listed == {box.envelopes[0].id, box.envelopes[1].id}
    with pytest.raises(InputError, match="no profile"):
        decisions.erase(hq, profile)


def test_the_others_of_the_same_basket_keep_theirs_and_the_link_of_the_erased_leads_nowhere(
    hq: Hq, profile: str
) -> None:
    other = of(hq, "jo@example.com")
    decisions.erase(hq, profile)
    with hq.reading() as connection:
        assert list(connection.scalars(select(tables.basket.c.id))) == [basket_id(BASKET, other)]
        assert connection.scalar(select(tables.basket_line.c.sku)) == "scarf"


def test_what_a_box_sends_again_is_not_opened(hq: Hq, ledger: SqlLedger, profile: str, box: Box) -> None:
    decisions.erase(hq, profile)
    with hq.engine.begin() as connection:
        connection.execute(tables.event.delete().where(tables.event.c.n == 1))
        for table in (tables.quarantine, tables.log):
            connection.execute(table.delete())
    ingest(ledger, STORE, box.payload())
    assert of(hq, MAIL) == ""
    assert count(hq, tables.event) == 2
    with hq.reading() as connection:
        assert connection.scalar(select(tables.quarantine.c.blob)) is None


def test_who_comes_back_is_served_as_somebody_new(
    hq: Hq, ledger: SqlLedger, profile: str, box: Box, clock: Clock
) -> None:
    decisions.erase(hq, profile)
    clock.now += DAY
    box.clock = clock.now
    box.append(basket_sent(), mail=MAIL)
    ingest(ledger, STORE, box.payload())
    assert of(hq, MAIL) == profile
    with hq.reading() as connection:
        assert people.answers(connection, profile) == []
        assert people.mail_of(connection, profile) == MAIL
        assert people.suppressions(connection, profile) == {"erased"}
        queued = connection.scalar(
            select(func.count()).select_from(tables.mail).where(tables.mail.c.profile == profile)
        )
        assert queued == 1
        assert connection.scalar(select(tables.order_line.c.profile)) is None, "what they bought before is not theirs"


def test_a_basket_that_was_on_its_way_when_its_person_was_erased_is_not_opened(
    hq: Hq, ledger: SqlLedger, profile: str, box: Box, clock: Clock
) -> None:
    box.append(basket_sent(), mail=MAIL)
    clock.now += DAY
    decisions.erase(hq, profile)
    clock.now += 1
    box.clock = clock.now
    ingest(ledger, STORE, box.payload())
    assert of(hq, MAIL) == ""
    assert list(hq.journal.entries())[-1].kind == "erased-late"


@pytest.mark.parametrize("kind", ["BasketSent", "OfTomorrow"])
def test_a_bad_event_that_was_on_its_way_brings_no_address_into_quarantine(
    hq: Hq, ledger: SqlLedger, profile: str, box: Box, clock: Clock, kind: str
) -> None:
    box.append('{"no":"basket"}', kind=kind, mail=MAIL)
    box.append('{"no":"basket"}', kind=kind, mail="jo@example.com")
    clock.now += DAY
    decisions.erase(hq, profile)
    clock.now += 1
    box.clock = clock.now
    box.append('{"no":"basket"}', kind=kind, mail=MAIL)
    ingest(ledger, STORE, box.payload())
    with hq.reading() as connection:
        rows = connection.execute(select(tables.quarantine.c.n, tables.quarantine.c.blob)).all()
    assert {n: blob is not None for n, blob in rows} == {2: False, 4: False, 5: True, 6: True}, "5 is another's, 6 new"


def test_an_erasure_that_finds_the_database_busy_decides_nothing(
    tmp_path: Path, open_it: Callable[[], Hq], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_MS", 50)
    hq = open_it()
    with another_writer(hq), pytest.raises(decisions.NOT_NOW):
        decisions.erase(hq, "ab" * 16)
    assert list(hq.journal.entries()) == []


@pytest.mark.parametrize("overwriting", [True, False])
def test_the_key_of_the_erased_is_in_no_file(
    open_it: Callable[[], Hq], monkeypatch: pytest.MonkeyPatch, overwriting: bool
) -> None:
    """Without overwriting, a free page still holds it: the negative control."""
    if not overwriting:
        pragmas = tuple(p.replace("secure_delete = ON", "secure_delete = OFF") for p in engine.PRAGMAS)
        monkeypatch.setattr(engine, "PRAGMAS", pragmas)
    hq = open_it()
    digest = hq.keys.digest_of("mail", MAIL)
    with hq.engine.begin() as connection:
        from hq.ledger import rules_of

        mine = profile_id(rules_of(hq), digest)
        connection.execute(tables.profile.insert().values(id=mine, created=1, language="en", control=False))
        key = people.new_key(connection, mine)
    assert files_with(hq.dir, key)
    decisions.erase(hq, mine)
    assert bool(files_with(hq.dir, key)) is not overwriting


def test_beside_a_long_reader_an_erasure_ends_soon_and_the_log_is_emptied_when_the_reader_is_gone(
    tmp_path: Path, open_it: Callable[[], Hq], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also by another process than the one that erased: here another opening of the same HQ."""
    monkeypatch.setattr(erasure, "PATIENCE_MS", 50)
    hq, word = open_it(), b"a key of thirty-two octets, mine"
    _person(hq, word)
    with hq.reading() as reader:
        reader.execute(select(tables.profile)).all()
        began = time.monotonic()
        decisions.erase(hq, "ab" * 16)
        assert time.monotonic() - began < engine.BUSY_MS / 1000, "it does not wait for the reader"
        assert "hq.db-wal" in files_with(hq.dir, word)
        assert not erasure.empty_log(hq)
        suppressed = tables.suppression.insert().values(digest="d", reason="bounced", at=1)
        with hq.engine.begin() as writer:
            writer.execute(suppressed)
    thread = settler(open_it(), poll=0.02)
    thread.start()
    deadline = time.monotonic() + 20
    while (left := files_with(hq.dir, word)) and time.monotonic() < deadline:
        time.sleep(0.02)
    thread.stop()
    assert left == []
    assert erasure.empty_log(hq)


def _person(hq: Hq, key: bytes) -> None:
    with hq.engine.begin() as connection:
        connection.execute(tables.profile.insert().values(id="ab" * 16, created=1, language="en", control=False))
        connection.execute(tables.person_key.insert().values(profile="ab" * 16, key=key))


def files_with(folder: Path, word: bytes) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and word in path.read_bytes()]


def test_the_command_erases_only_when_told_twice(hq: Hq, profile: str, capsys: pytest.CaptureFixture[str]) -> None:
    (hq.dir / "hq.toml").write_text(f'[database]\nurl = "{hq.config.database.url}"\n')
    who = ["profile", "erase", "--mail", MAIL, "--dir", str(hq.dir)]
    assert main(who) == 1
    assert "would be erased with --yes: 2 events, 1 baskets" in capsys.readouterr().out
    assert main([*who, "--yes"]) == 0
    with hq.reading() as connection:
        assert erasure.last(connection, hq.keys.digest_of("mail", MAIL)) is not None
    assert main(who) == 2


def test_an_old_file_of_orders_that_comes_late_brings_back_no_purchase(hq: Hq, profile: str, clock: Clock) -> None:
    """Nor does what was bought in the very moment; what whoever comes back buys is theirs."""
    clock.now += 1000
    (erased,) = decisions.erase(hq, profile)
    order = {"store": "web", "sku": "boot-42", "quantity": 1, "price": 1, "currency": "EUR", "basket": None}
    buyer = hq.keys.digest_of("mail", MAIL)
    when = {"before": NOW - 30 * DAY, "then": erased.at, "after": erased.at + 1}
    told = [order | {"order_id": name, "at": at, "buyer": buyer, "card": None} for name, at in when.items()]
    decisions.orders_imported(hq, told)
    row = tables.order_line.c
    with hq.reading() as connection:
        known = select(row.order_id).where(row.buyer == buyer)
        assert list(connection.scalars(known)) == ["after"]
        assert connection.scalar(select(func.count()).where(row.order_id.in_(when))) == len(when), "sales all the same"
