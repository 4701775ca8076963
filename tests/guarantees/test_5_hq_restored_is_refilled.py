"""Guarantee 5: HQ restored from a backup is refilled, by the boxes and by its journal, and says what it said before."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Engine, select

from hq import decisions, people
from hq.backup import copying, making, manifest, trimming
from hq.errors import BackupError
from hq.journal import Journal
from hq.store import tables
from sync.codec import unseal
from tests.guarantees.refilling import DAY, HOUR, Chain, at_another_time, mail_of
from tests.hq.mail.postbox import Postbox, postbox

ORDERS = (
    (("b3", "b2", "b1", "b0"), 10_000),
    (("b1", "b0", "b3", "b2"), 1),
)
"""Of refilling: which box is first, and how many of its batches HQ hears before it hears the next box."""


@pytest.fixture
def sink() -> Iterator[tuple[Postbox, str]]:
    with postbox() as opened:
        yield opened


@pytest.fixture
def chain(sink: tuple[Postbox, str], tmp_path: Path) -> Iterator[Chain]:
    chain = Chain(folder=tmp_path / "hq", smtp=sink[1])
    chain.open()
    yield chain
    chain.hq.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_chain(request: pytest.FixtureRequest, sink: tuple[Postbox, str], tmp_path: Path) -> Iterator[Chain]:
    url = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else ""
    chain = Chain(folder=tmp_path / "hq", smtp=sink[1], url=url)
    chain.open()
    yield chain
    chain.hq.close()


def before_the_backup(chain: Chain) -> None:
    chain.turn("b0", 4)
    chain.send("b0", "ann", marketing=True, profiling=True)
    chain.send("b0", "ben", marketing=True, profiling=True, language="de")
    chain.send("b1", "cleo", marketing=False)
    chain.send("b2", "dora", marketing=True)
    for name in chain.stations:
        chain.look_around(name, 50)
    chain.deliver()
    chain.send_mails()


def after_the_backup(chain: Chain, box: Postbox) -> None:
    """A day in the life of HQ, of more than 1,000 events, in which the clocks of three boxes are wrong."""
    chain.stations["b1"].skew = HOUR
    chain.stations["b2"].skew = 400 * DAY
    chain.stations["b3"].skew = -2 * DAY
    chain.unsubscribe("ann")
    chain.choose("ben", marketing=True, profiling=False)
    chain.choose("cleo", marketing=True)
    chain.order({"order_id": "W-1", "sku": "POT-1", "mail": mail_of("fay"), "basket": "c" * 32})
    chain.send("b1", "fay", marketing=True, language="et")
    shared = chain.send("b0", "gus", basket="c" * 32, marketing=True) and "c" * 32
    chain.send("b0", "hana", basket=shared)
    chain.send("b3", "ivo", basket="d" * 32, language="es")
    chain.send("b0", "ivo", basket="d" * 32, language="de")
    chain.send("b2", "judy", marketing=True, profiling=True)
    chain.send("b1", "nils", marketing=True)
    chain.send("b2", "emil", marketing=True)
    chain.break_one("b1")
    for number, name in enumerate(chain.stations):
        chain.look_around(name, 250)
        chain.turn(name, 5 + number)
    chain.deliver("b2", "b0", "b1")
    chain.send_mails()
    chain.browse("judy", "add_to_cart", "BOOT-42", "POT-1")
    chain.browse("judy", "remove_from_cart", "POT-1")
    chain.browse("nils", "view_cart", "SCARF-1")
    chain.browse("judy", "add_to_cart", "COAT-M")
    chain.choose("judy", profiling=False)
    chain.unsubscribe("nils")
    chain.choose("dora", marketing=False)
    chain.erase("dora")
    chain.browse("emil", "add_to_cart", "POT-1")
    chain.erase("emil")
    chain.erase("gus")
    chain.send("b1", "lou")
    chain.deliver("b1")
    chain.send("b2", "lou", marketing=True)
    chain.tick(30 * 60_000)
    chain.erase("lou")  # while an older basket of theirs is still on its way
    chain.deliver("b2", "b3")
    chain.tick(DAY)
    chain.send("b3", "dora", profiling=True)  # and is a new person now
    chain.send("b0", "kim")
    chain.deliver()
    box.rcpt = "550 5.1.1 nobody here"
    chain.send_mails()
    box.rcpt = ""
    people_who_are_one(chain)
    chain.send_mails()
    chain.send("b0", "mia")
    chain.deliver()
    chain.order({"order_id": "W-2", "sku": "COAT-M", "mail": mail_of("mia")}, {"order_id": "W-3", "sku": "SCARF-1"})


def people_who_are_one(chain: Chain) -> None:
    """By decision, by card, by the retailer's list; some of them not after all, and some erased."""
    for number, name in enumerate(("pia", "quin", "rita", "sven", "tom", "una")):
        chain.send(f"b{number % 4}", name, marketing=number % 2 == 0)
    chain.deliver()
    chain.order({"order_id": "W-4", "sku": "POT-1", "card": "C-1"})
    for number, name in enumerate(("rita", "sven", "ivo")):
        chain.order({"order_id": f"W-{5 + number}", "sku": "POT-1", "mail": mail_of(name), "card": "C-1"})
    chain.merge("pia", "quin")
    chain.merge("tom", "ben")
    chain.merge("una", "tom")
    chain.list_customers(
        f"7,Vera,{mail_of('vera')},C-2", f"8,Kim,{mail_of('kim')},C-3", f"9,Cleo,{mail_of('cleo')},C-3"
    )
    chain.choose("una", marketing=False)
    chain.split("sven")
    chain.split("una")
    chain.erase("quin")
    chain.look_at("tom")
    chain.send("b1", "sven", marketing=True)
    chain.deliver()
    chain.order({"order_id": "W-8", "sku": "POT-1", "mail": mail_of("sven"), "card": "C-1"})


def sent(box: Postbox) -> Counter[str]:
    return Counter(str(mail["Message-ID"]) for mail in box.mails)


def addresses(chain: Chain) -> set[str]:
    """Every address that HQ could still read, wherever it lies."""
    found: set[str] = set()
    with chain.hq.reading() as connection:
        for profile in connection.scalars(select(tables.profile.c.id)).all():
            found |= {one.value for one in people.identities(connection, profile)}
        for blob in connection.scalars(select(tables.quarantine.c.blob)):
            if blob:
                found.add(msgspec.json.decode(unseal(chain.hq.keys.seal, blob))["mail"])
    return found


def answers(chain: Chain, person: str) -> list[people.Answer]:
    with chain.hq.reading() as connection:
        return people.answers(connection, chain.profile(person))


def marketing(chain: Chain, person: str) -> bool:
    return people.allowed(answers(chain, person), "marketing")


def test_5_hq_restored_is_refilled(any_chain: Chain, sink: tuple[Postbox, str]) -> None:
    chain, box = any_chain, sink[0]
    before_the_backup(chain)
    backup, had = chain.backup(), sum(chain.marks().values())
    after_the_backup(chain, box)
    state, parts, marks, mails = chain.state(), chain.parts(), chain.marks(), sent(box)
    assert sum(marks.values()) - had > 1_000
    assert marks == chain.heads()
    assert set(mails.values()) == {1}
    assert parts["web_event"].split()[0] == "5", "of who allows it, and was not erased"
    for life, (order, most) in enumerate(ORDERS, start=2):
        restored = chain.restore(backup)
        assert restored.epoch == life, "the same backup again is another life, or boxes would not go back"
        assert chain.state() != state
        at_another_time(chain, ("b1", "b2", "b3"))
        chain.deliver(*order, most=most)
        assert chain.parts().items() - parts.items() == set(), "these tables differ"
        assert (chain.state(), chain.marks()) == (state, marks)
        assert sent(box) == mails, "no mail went out twice"
    assert addresses(chain) == {
        mail_of(name)
        for name in ("ann", "ben", "cleo", "dora", "fay", "hana", "ivo", "judy", "kim", "mia", "nils", "nobody")
    } | {mail_of(name) for name in ("rita", "sven", "tom", "una")}
    assert not any(marketing(chain, person) for person in ("ann", "nils"))
    assert marketing(chain, "cleo") and not people.allowed(answers(chain, "judy"), "profiling")
    assert [(a.purpose, a.how) for a in answers(chain, "dora")] == [("profiling", "screen")], (
        "who comes back begins anew"
    )
    chain.send_mails()
    assert sent(box) - mails == Counter({f"<basket.{chain.stations['b0'].log.box.envelopes[-1].id}@aurora.example>": 1})


def test_without_the_journal_mails_go_out_twice_and_the_erased_come_back(
    chain: Chain, sink: tuple[Postbox, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: events alone don't bring HQ back."""
    before_the_backup(chain)
    backup = chain.backup()
    after_the_backup(chain, sink[0])
    state = chain.state()

    def no_replay(_journal: Journal, _engine: Engine) -> None: ...

    monkeypatch.setattr(decisions, "catch_up", no_replay)
    chain.restore(backup)
    chain.deliver()
    chain.send_mails()
    assert chain.state() != state
    assert max(sent(sink[0]).values()) == 2
    assert mail_of("emil") in addresses(chain)
    assert marketing(chain, "ann")


def forget(chain: Chain) -> None:
    """Boxes hear `trim_to` in a receipt, and forget."""
    chain.deliver()
    for station in chain.stations.values():
        station.log.trim()


def test_what_boxes_forgot_lies_in_a_verified_backup(chain: Chain, sink: tuple[Postbox, str]) -> None:
    before_the_backup(chain)
    chain.backup()
    forget(chain)
    assert all(station.log.cut() == 0 for station in chain.stations.values()), "nothing is two weeks old"
    chain.tick(15 * DAY)
    trimming.advance(chain.hq)
    after_the_backup(chain, sink[0])
    forget(chain)
    assert all(station.log.cut() >= 50 for station in chain.stations.values())
    newest = chain.backup()
    chain.look_around("b0", 20)
    chain.deliver()
    state = chain.state()
    chain.restore(newest)
    chain.deliver()
    assert chain.state() == state


def test_with_backups_that_nobody_verified_events_are_lost(
    chain: Chain, sink: tuple[Postbox, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the same, but that a damaged backup counts."""
    good = chain.backup()
    before_the_backup(chain)
    chain.tick(15 * DAY)
    damaged = damage(monkeypatch)
    with pytest.raises(BackupError, match="not the file that was backed up"):
        chain.backup()
    forget(chain)
    assert all(station.log.cut() == 0 for station in chain.stations.values()), "it let no box forget anything"

    monkeypatch.setattr(making, "check", manifest.read)
    broken = chain.backup()
    forget(chain)
    assert all(station.log.cut() >= 50 for station in chain.stations.values())
    damaged()
    state = chain.state()
    with pytest.raises(BackupError):
        chain.restore(broken)
    with pytest.raises(BackupError, match="too old"):
        chain.restore(good)
    chain.restore(good, accept_gaps=True)
    assert chain.state() != state


def damage(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From now on a disk spoils what is written to it. Returns what ends that."""
    whole = copying.sync_all

    def spoilt(folder: Path) -> None:
        whole(folder)
        path = folder / "hq.db"
        octets = bytearray(path.read_bytes())
        octets[len(octets) // 2] ^= 1
        path.write_bytes(octets)

    monkeypatch.setattr(making, "sync_all", spoilt)
    return lambda: monkeypatch.setattr(making, "sync_all", whole)


def test_what_boxes_forgot_and_the_backup_lacks_is_told_as_a_gap_and_the_rest_arrives(chain: Chain) -> None:
    first = chain.backup()
    before_the_backup(chain)
    kept = shutil.copytree(first, first.with_name("on-a-shelf"))
    chain.backup()
    chain.tick(15 * DAY)
    trimming.advance(chain.hq)
    forget(chain)
    cut = {name: station.log.cut() for name, station in chain.stations.items()}
    chain.look_around("b0", 30)
    chain.deliver()
    with pytest.raises(BackupError, match="--accept-gaps"):
        chain.restore(kept)
    chain.reopen()
    chain.restore(kept, accept_gaps=True)
    chain.deliver()
    assert chain.marks() == chain.heads()
    with chain.hq.reading() as connection:
        gaps = {row.log_id: (row.after, row.first) for row in connection.execute(select(tables.gap))}
        events = connection.execute(select(tables.event)).all()
    assert gaps == {chain.stations[name].log.log_id: (0, upto + 1) for name, upto in cut.items()}
    assert len(events) == sum(chain.heads().values()) - sum(cut.values())
