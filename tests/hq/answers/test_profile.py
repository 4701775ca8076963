"""Who holds up a card: a screen is told what it may show, and of most people nothing at all."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete

from hq import decisions
from hq.answers.profile import OPEN
from hq.dossier import dossier
from hq.store import tables
from tests.hq.answers.conftest import Desk
from tests.hq.answers.known import CARD, MAIL, ORDER, SARAH, TAG, buy, consent, meet, sarah
from tests.hq.boxes import NOW

SIZES = [{"category": "Clothing > Coats", "size": "M"}, {"category": "Shoes > Boots", "size": "42"}]
UNKNOWN = {"known": False}


def told(desk: Desk, screen: str = "tablet", **who: str) -> dict[str, Any]:
    answer = desk.ask("profile", {"screen": screen, **(who or {"card": CARD})})
    assert answer and answer.error == "", answer
    return answer.body


def test_a_card_leads_to_language_and_usual_sizes(any_desk: Desk) -> None:
    sarah(any_desk.hq)
    assert told(any_desk) == {"known": True, "language": "et", "initial": "S", "sizes": SIZES, "basket": []}


def test_a_tag_leads_to_the_same(desk: Desk) -> None:
    sarah(desk.hq)
    assert told(desk, tag=TAG) == told(desk, card=CARD)


WALL = {"known": True, "language": "et", "initial": "S", "basket": []}


@pytest.mark.parametrize(("screen", "shown"), [("wall", WALL), ("staff", {"known": True, "language": "et"})])
def test_a_screen_that_others_read_shows_no_sizes(desk: Desk, screen: str, shown: dict[str, Any]) -> None:
    sarah(desk.hq)
    assert told(desk, screen) == shown
    assert b"sizes" not in desk.wire and b'"42"' not in desk.wire  # the sum of the answer may have a 42 in it


def send_basket(desk: Desk, *, at: int, name: str = "b") -> None:
    """She sent a basket with boots and a coat."""
    basket = name * 32
    row = {"id": basket, "profile": SARAH, "store": "elsewhere", "station": "wall", "event": basket, "language": "et"}
    with desk.hq.engine.begin() as connection:
        connection.execute(tables.basket.insert().values(row | {"sent": at}))
        for position, sku in enumerate(("BOOT-43", "SCARF")):
            line = {"basket": basket, "sku": sku, "position": position, "product_id": "p", "name": "n", "variant": ""}
            priced = {"quantity": 2, "fulfilment": "collect", "price": 1, "currency": "EUR"}
            connection.execute(tables.basket_line.insert().values(line | priced))


def test_the_basket_left_open_in_another_store_comes_without_what_was_bought_since(desk: Desk) -> None:
    sarah(desk.hq)
    now = desk.hq.clock()
    send_basket(desk, at=now - 5_000)
    boots = {"sku": "BOOT-43", "quantity": 2, "fulfilment": "collect"}
    assert told(desk)["basket"] == [boots, boots | {"sku": "SCARF"}]
    with desk.hq.engine.begin() as connection:
        buy(connection, desk.hq, "SCARF", card=CARD, at=now - 1_000)
    assert told(desk, "wall")["basket"] == [boots]
    assert "basket" not in told(desk, "staff")


def test_of_several_baskets_the_last_counts_and_one_of_last_month_is_closed(desk: Desk) -> None:
    sarah(desk.hq)
    send_basket(desk, at=desk.hq.clock() - OPEN - 1_000)
    assert told(desk)["basket"] == []


def test_an_address_that_begins_with_no_letter_gives_no_initial(desk: Desk) -> None:
    with desk.hq.engine.begin() as connection:
        meet(connection, desk.hq, mail="1900@example.com", card=CARD)
        consent(connection, "profiling", True)
    assert told(desk)["initial"] == ""


@pytest.mark.parametrize("screen", ["wall", "tablet", "staff"])
def test_nothing_else_that_hq_knows_crosses_the_wire(desk: Desk, screen: str) -> None:
    sarah(desk.hq)
    with desk.hq.reading() as connection:
        known = repr(dossier(connection, SARAH, reveal=True))
    secrets = (MAIL, "sarah", CARD, TAG, SARAH, ORDER, "18900", "marketing", "profiling", "remember me", str(NOW))
    told(desk, screen)
    assert [word for word in secrets if word not in known] == [], "the control: HQ does know them"
    assert [word for word in secrets if word.encode() in desk.wire] == []


def test_without_a_yes_to_profiling_a_known_person_is_unknown(desk: Desk) -> None:
    sarah(desk.hq, consents=("marketing",))
    assert told(desk) == UNKNOWN


def test_a_withdrawal_counts_at_once(desk: Desk) -> None:
    sarah(desk.hq)
    assert told(desk)["known"] is True
    with desk.hq.engine.begin() as connection:
        consent(connection, "profiling", False, at=NOW + 1)
    assert told(desk) == UNKNOWN


def test_unknown_erased_and_never_asked_are_the_same_bytes_after_the_same_queries(
    desk: Desk, statements: Callable[[], list[str]]
) -> None:
    sarah(desk.hq, consents=())
    seen = []
    for case in ("never said yes", "erased", "unknown"):
        if case == "erased":
            decisions.erase(desk.hq, SARAH)
        statements()
        told(desk, card="0000" if case == "unknown" else CARD)
        ran = statements()
        seen.append((re.sub(rb'"(id|sum)":"[0-9a-f]+"', b"", desk.wire), ran))  # the sum is over the id, too
    assert seen[0] == seen[1] == seen[2]
    assert len(seen[0][1]) >= 4


def test_the_queries_of_somebody_who_said_yes_are_others(desk: Desk, statements: Callable[[], list[str]]) -> None:
    """The control of the test above: it can tell queries apart."""
    told(desk, card="0000")
    unknown = statements()
    sarah(desk.hq)
    statements()
    told(desk)
    assert statements() != unknown


def test_a_card_that_only_orders_name_leads_to_their_buyer(desk: Desk) -> None:
    with desk.hq.engine.begin() as connection:
        meet(connection, desk.hq, mail=MAIL)
        consent(connection, "profiling", True)
        buy(connection, desk.hq, "BOOT-42", card=CARD)
    assert told(desk)["known"] is True


def test_a_card_that_two_people_bought_with_leads_to_nobody(desk: Desk) -> None:
    with desk.hq.engine.begin() as connection:
        for profile, mail in ((SARAH, MAIL), ("7" * 32, "jo@example.com")):
            meet(connection, desk.hq, profile, mail=mail)
            consent(connection, "profiling", True, profile=profile)
            buy(connection, desk.hq, "BOOT-42", profile=profile, card=CARD)
    assert told(desk) == UNKNOWN


def test_a_key_that_is_destroyed_makes_its_person_unknown_though_rows_were_left(desk: Desk) -> None:
    sarah(desk.hq)
    with desk.hq.engine.begin() as connection:
        connection.execute(delete(tables.person_key))
    assert told(desk) == UNKNOWN


def test_a_person_who_bought_nothing_is_greeted_without_sizes(desk: Desk) -> None:
    with desk.hq.engine.begin() as connection:
        meet(connection, desk.hq, card=CARD)
        consent(connection, "profiling", True)
    assert told(desk) == {"known": True, "language": "et", "initial": "", "sizes": [], "basket": []}


@pytest.mark.parametrize(
    "body",
    [
        {"screen": "wall"},
        {"screen": "wall", "card": "  "},
        {"screen": "wall", "card": CARD, "tag": TAG},
        {"screen": "till", "card": CARD},
        {"card": CARD},
        {"screen": "wall", "mail": MAIL},
        {"screen": "wall", "card": CARD, "also": "baskets"},
        {"screen": "wall", "card": "1" * 200},
        {"screen": "wall", "tag": "04-A1"},
        {"screen": "wall", "card": 5},
    ],
)
def test_any_other_question_about_people_is_refused_without_repeating_it(desk: Desk, body: dict[str, Any]) -> None:
    sarah(desk.hq)
    answer = desk.ask("profile", body)
    assert answer and answer.body == {} and answer.error
    ((_, why),) = desk.refused
    assert not any(str(value) in why + answer.error for value in body.values() if len(str(value)) > 4)
