"""What is named together leads to one person, in whatever order HQ hears of it, and rows follow."""

from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import select, update

from hq.audience import facts
from hq.insight.person import everybody
from hq.insight.timeline import timeline
from hq.linking import regrouping
from hq.linking.grouping import FEWEST
from hq.linking.person import bare
from hq.service import open_hq
from hq.store import tables
from hq.store.state import derived_sums
from tests.hq.conftest import Clock, registered
from tests.hq.linking.known import ANNA, CARD, JO, PHONE, WORK, Known


def test_an_order_with_mail_and_card_joins_whoever_else_shows_that_card(known: Known) -> None:
    known.sends(ANNA)
    known.sends(WORK)
    known.buys("scarf", mail=ANNA, card=CARD)
    assert not known.are_one(ANNA, WORK)
    known.buys("coat", mail=WORK, card=CARD)
    assert known.are_one(ANNA, WORK)
    assert known.find("card", CARD) == known.person(ANNA)
    with known.hq.reading() as connection:
        assert set(facts.purchases(connection, known.profile(ANNA))) == {"scarf", "coat"}
        assert [kind for kind, _ in bare(connection, known.profile(WORK))] == ["card"]


def test_a_purchase_with_the_card_alone_is_its_holders(known: Known) -> None:
    known.sends(ANNA)
    known.buys("coat", card=CARD)
    known.buys("scarf", mail=ANNA, card=CARD)
    with known.hq.reading() as connection:
        assert set(connection.scalars(select(tables.order_line.c.profile))) == {known.profile(ANNA)}
        assert set(facts.purchases(connection, known.profile(ANNA))) == {"scarf", "coat"}


def test_an_id_of_the_web_shop_and_a_phone_number_join_as_well(known: Known) -> None:
    known.sends(ANNA)
    known.sends(phone=PHONE)
    known.buys(mail=ANNA, customer="shopify:7")
    known.buys(phone=PHONE, customer="shopify:7")
    assert known.find("phone", PHONE) in known.profiles(ANNA)


def test_an_event_that_carries_mail_phone_and_card_joins_them(known: Known) -> None:
    known.sends(ANNA, phone=PHONE, card=CARD)
    assert known.find("phone", PHONE) in known.profiles(ANNA)
    assert known.find("card", CARD) in known.profiles(ANNA)
    known.sends(WORK, card=CARD)
    assert known.are_one(ANNA, WORK)


def test_the_card_of_a_till_joins_nobody(known: Known) -> None:
    mails = [f"m{number}@example.com" for number in range(FEWEST + 1)]
    for mail in mails:
        known.sends(mail)
        known.buys(mail=mail, card=CARD)
    assert len({known.person(mail) for mail in mails}) == FEWEST + 1
    assert known.find("card", CARD) == ""


def test_the_list_of_people_has_each_once_and_a_timeline_has_all_of_theirs(known: Known) -> None:
    known.sends(ANNA)
    known.sends(WORK)
    known.sends(JO)
    known.merge(ANNA, WORK)
    with known.hq.reading() as connection:
        found = everybody(connection)
        moments = timeline(connection, known.profile(WORK))
    assert sorted((one.baskets, one.profiles) for one in found) == [(1, 1), (2, 2)]
    assert [moment.what for moment in moments].count("Sent the basket") == 2


STEPS = ("anna", "work", "order", "other", "merge")


@pytest.mark.parametrize("order", [*permutations(STEPS[:4])][::5])
def test_it_does_not_matter_what_hq_hears_first(tmp_path: Path, clock: Clock, order: tuple[str, ...]) -> None:
    def told(folder: Path, steps: tuple[str, ...]) -> dict[str, str]:
        hq = registered(open_hq(folder, clock=clock))
        known = Known(hq, clock)
        doing = {
            "anna": lambda: known.sends(ANNA),
            "work": lambda: known.sends(WORK),
            "order": lambda: known.buys(mail=ANNA, card=CARD),
            "other": lambda: known.buys(mail=WORK, card=CARD),
        }
        for step in steps:
            doing[step]()
        with hq.reading() as connection:
            sums = {name: str(total) for name, total in derived_sums(connection).items()}
            members = sorted(
                (row.digest == known.digest("card", CARD), row.profile == known.profile(ANNA), row.kind)
                for row in connection.execute(select(tables.member))
            )
        hq.close()
        assert sums["member"].startswith("3 ") and sums["link"].startswith("4 ")
        return {"members": str(members)}

    assert told(tmp_path / "one", STEPS[:4]) == told(tmp_path / "other", order)


def test_what_a_migration_linked_is_grouped_at_the_next_start(known: Known) -> None:
    known.sends(ANNA)
    known.sends(WORK)
    known.buys(mail=ANNA, card=CARD)
    known.buys(mail=WORK, card=CARD)
    with known.hq.engine.begin() as connection:
        connection.execute(tables.member.delete())
        connection.execute(update(tables.order_line).values(profile=None))
    assert not known.are_one(ANNA, WORK)
    regrouping.catch_up(known.hq.engine)
    assert known.are_one(ANNA, WORK)
