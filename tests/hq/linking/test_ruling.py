"""Somebody merges and splits: everything follows, and nothing is lost on the way back."""

import pytest
from sqlalchemy import select

from hq import audience, decisions, people
from hq.alike.gathering import proposed
from hq.audience import judging
from hq.config_marketing import Audiences
from hq.dossier import dossier
from hq.errors import InputError
from hq.journeys.facts import sent_to
from hq.linking import ruling
from hq.linking.person import standing
from hq.mail.queue import due
from hq.store import tables
from tests.hq.linking.known import ANNA, CARD, JO, WORK, Known
from tests.hq.test_erasure import tables_with


def test_a_merge_joins_what_they_sent_and_bought_and_a_split_gives_each_its_own(known: Known) -> None:
    known.sends(ANNA, "boot-42")
    known.sends(WORK, "scarf")
    known.buys("coat", mail=WORK)
    known.merge(ANNA, WORK)
    with known.hq.reading() as connection:
        one = dossier(connection, known.profile(ANNA))
        assert one == dossier(connection, known.profile(WORK)), "whichever is asked about"
    assert {line["sku"] for basket in one["baskets"] for line in basket["lines"]} == {"boot-42", "scarf"}
    assert [order["sku"] for order in one["orders"]] == ["coat"]
    assert [(each["together"], each["by"], each["reason"]) for each in one["rulings"]] == [(True, "anna", "same desk")]
    known.split(WORK)
    with known.hq.reading() as connection:
        first, second = (dossier(connection, known.profile(mail)) for mail in (ANNA, WORK))
    assert [line["sku"] for basket in first["baskets"] for line in basket["lines"]] == ["boot-42"]
    assert tuple([order["sku"] for order in each["orders"]] for each in (first, second)) == ([], ["coat"])
    assert [each["together"] for each in first["rulings"]] == [True, False], "both stay on record"


def test_after_a_split_what_comes_goes_where_its_identity_says(known: Known) -> None:
    known.sends(ANNA)
    known.sends(WORK)
    known.buys(mail=ANNA, card=CARD)
    known.buys(mail=WORK, card=CARD)
    known.split(WORK)
    assert not known.are_one(ANNA, WORK)
    assert known.find("card", CARD) == "", "which nobody can tell whose it is"
    known.sends(WORK, "scarf")
    known.buys("coat", mail=ANNA, card=CARD)
    assert not known.are_one(ANNA, WORK), "nothing that names both makes them one again"
    with known.hq.reading() as connection:
        assert [order["sku"] for order in dossier(connection, known.profile(ANNA))["orders"]] == ["boot-42", "coat"]
        assert len(dossier(connection, known.profile(WORK))["baskets"]) == 2


def test_one_of_three_is_split_off_and_may_be_merged_again(known: Known) -> None:
    for mail in (ANNA, WORK, JO):
        known.sends(mail)
    known.merge(ANNA, WORK)
    known.merge(WORK, JO)
    assert known.are_one(ANNA, WORK, JO)
    known.split(ANNA)
    assert known.are_one(WORK, JO) and not known.are_one(ANNA, JO)
    known.merge(JO, ANNA)
    assert known.are_one(ANNA, WORK, JO)


def test_what_is_one_is_not_merged_and_what_is_alone_is_not_split(known: Known) -> None:
    known.sends(ANNA)
    known.sends(WORK)
    with pytest.raises(InputError, match="nothing to split"):
        known.split(ANNA)
    known.merge(ANNA, WORK)
    with pytest.raises(InputError, match="one person already"):
        known.merge(WORK, ANNA)


# ---- consent: the stricter answer holds -----------------------------------------------------------------------------


def marketing(known: Known, mail: str) -> bool:
    with known.hq.reading() as connection:
        return people.allowed(people.answers(connection, known.profile(mail)), "marketing")


def test_a_no_by_one_address_is_not_undone_by_a_yes_that_came_with_the_other(known: Known) -> None:
    known.sends(ANNA, agrees=False)
    known.sends(WORK, agrees=True)
    known.merge(ANNA, WORK)
    assert not marketing(known, WORK)
    known.sends(WORK, agrees=True)
    assert not marketing(known, ANNA), "however often"
    known.sends(ANNA, agrees=True)
    assert marketing(known, WORK), "the address that said no says yes"
    known.split(WORK)
    assert marketing(known, ANNA) and marketing(known, WORK)


def test_who_was_never_asked_at_one_address_said_nothing_there(known: Known) -> None:
    known.sends(ANNA)
    known.sends(WORK, agrees=True)
    assert not marketing(known, ANNA)
    known.merge(ANNA, WORK)
    assert marketing(known, ANNA)


def test_a_withdrawal_is_the_whole_persons_and_stays_with_each_after_a_split(known: Known) -> None:
    known.sends(ANNA, agrees=True)
    known.sends(WORK, agrees=True)
    known.merge(ANNA, WORK)
    decisions.withdraw(known.hq, known.profile(WORK), how="staff")
    assert not marketing(known, ANNA)
    known.split(WORK)
    assert not marketing(known, ANNA) and not marketing(known, WORK)


def test_suppression_of_any_address_holds_for_the_person(known: Known) -> None:
    known.sends(ANNA, agrees=True)
    known.sends(WORK, agrees=True)
    decisions.suppress(known.hq, known.digest("mail", WORK), "bounced")
    known.merge(ANNA, WORK)
    with known.hq.reading() as connection:
        assert people.suppressions(connection, known.profile(ANNA)) == {"bounced"}
        assert {one.reason for one in audience.explain(connection, None, known.profile(ANNA))} == {"bounced"}
        counts = judging.count(connection, Audiences(name="all", days=36_500), known.hq.config, known.hq.clock())
    assert (counts.people, counts.people_out) == (0, {"bounced": 1}), "one person"


def test_one_click_suppresses_every_address_of_the_person(known: Known) -> None:
    known.sends(ANNA, agrees=True)
    known.sends(WORK, agrees=True)
    known.merge(ANNA, WORK)
    decisions.unsubscribe(known.hq, known.profile(ANNA), how="mail-link")
    known.split(WORK)
    with known.hq.reading() as connection:
        assert people.suppressions(connection, known.profile(WORK)) == {"unsubscribed"}


# ---- messages -------------------------------------------------------------------------------------------------------


def test_a_basket_goes_to_the_address_it_was_sent_to_whoever_else_that_person_is(known: Known) -> None:
    known.sends(ANNA)
    known.sends(WORK)
    known.merge(ANNA, WORK)
    with known.hq.reading() as connection:
        rows = connection.execute(select(tables.mail.c.profile).where(tables.mail.c.id.in_(due(known.hq))))
        assert {people.mail_of(connection, row.profile) for row in rows} == {ANNA, WORK}


def test_messages_to_any_address_count_for_the_cap(known: Known) -> None:
    known.sends(ANNA)
    known.sends(WORK)
    known.merge(ANNA, WORK)
    with known.hq.engine.begin() as connection:
        mail = {"event": "e" * 32, "kind": "basket-reminder", "profile": known.profile(WORK), "state": "sent"}
        connection.execute(
            tables.mail.insert().values(mail | {"id": "m" * 32, "message_id": "", "due": 1, "sent": known.clock.now})
        )
    with known.hq.reading() as connection:
        assert sent_to(connection, known.hq.config, known.profile(ANNA)) == [known.clock.now]


# ---- erasure --------------------------------------------------------------------------------------------------------


def test_to_erase_a_person_erases_every_profile_and_what_only_orders_named(known: Known) -> None:
    known.sends(ANNA)
    known.sends(WORK)
    known.sends(JO)
    known.buys(mail=ANNA, card=CARD)
    known.buys("coat", card=CARD)
    known.merge(ANNA, WORK)
    traces = [known.profile(ANNA), known.profile(WORK)]
    traces += [known.digest("mail", ANNA), known.digest("mail", WORK), known.digest("card", CARD)]
    assert {"member", "link", "ruling", "order_line", "identity"} <= tables_with(known.hq, *traces)
    entries = decisions.erase(known.hq, known.profile(WORK))
    assert len(entries) == 2
    assert tables_with(known.hq, *traces) == {"suppression", "decision"}
    assert known.profile(JO)


def test_two_who_look_alike_and_are_not_stay_two(known: Known) -> None:
    known.sends(ANNA)
    known.sends(WORK)
    ruling.tell_apart(known.hq, known.profile(ANNA), known.profile(WORK), reason="mother and daughter", by="jo")
    known.buys(mail=ANNA, card=CARD)
    known.buys(mail=WORK, card=CARD)
    assert not known.are_one(ANNA, WORK)
    with known.hq.reading() as connection:
        assert standing(connection, known.profile(ANNA)) == known.profile(ANNA)


def test_who_was_told_apart_is_not_proposed_again(known: Known) -> None:
    first, second = "sarah.kunnapas84@example.com", "sarah.kunnapas84@exmaple.com"
    for mail in (first, second, ANNA, JO):
        known.sends(mail)
    with known.hq.reading() as connection:
        (likely,) = proposed(connection)
    assert {likely.one.profile, likely.other.profile} == {known.profile(first), known.profile(second)}
    ruling.tell_apart(known.hq, known.profile(first), known.profile(second), reason="", by="jo")
    with known.hq.reading() as connection:
        assert proposed(connection) == []
    known.merge(first, ANNA)
    with known.hq.reading() as connection:
        assert proposed(connection) == [], "nor whoever they are besides"
