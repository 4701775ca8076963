"""Whoever brings a friend: both get a code after the friend's first purchase, once, and nobody for themselves."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from hq import decisions, identity
from hq.config import Config
from hq.config_coupons import Coupon, Friends
from hq.config_file import parse
from hq.coupons.whose import theirs_open
from hq.errors import ConfigError
from hq.friends.naming import MOST, leave
from hq.friends.records import brought
from hq.friends.rewarding import reward_all
from hq.linking import ruling
from hq.links import Links
from hq.service import Hq
from hq.web import create_app
from tests.hq.answers.known import SARAH, buy, meet
from tests.hq.boxes import DAY, NOW
from tests.hq.conftest import Clock

TOM, TOMS = "70" * 16, "tom@example.com"
CONFIG = Config(coupon=(Coupon(name="friends", percent=15, days=30),), friends=Friends(coupon="friends", wait_days=0))


@pytest.fixture
def hq(open_it: Callable[..., Hq]) -> Hq:
    hq = open_it(CONFIG)
    with hq.engine.begin() as connection:
        meet(connection, hq, mail="sarah@example.com")
        meet(connection, hq, TOM, mail=TOMS)
    return hq


def codes(hq: Hq, profile: str) -> int:
    with hq.reading() as connection:
        return len(theirs_open(connection, hq.keys, hq.config, profile, hq.clock()))


def bought(hq: Hq, profile: str = TOM, at: int = NOW) -> None:
    with hq.engine.begin() as connection:
        buy(connection, hq, "BOOT-42", profile=profile, at=at)


def test_both_get_a_code_after_the_first_purchase_and_once(hq: Hq, clock: Clock) -> None:
    leave(hq, SARAH, " Tom@Example.com ")
    assert reward_all(hq) == 0
    bought(hq)
    assert [reward_all(hq), reward_all(hq)] == [1, 0]
    assert (codes(hq, SARAH), codes(hq, TOM)) == (1, 1)


def test_who_bought_before_is_no_new_friend(hq: Hq) -> None:
    bought(hq, at=NOW - 1)
    leave(hq, SARAH, TOMS)
    bought_again = NOW
    bought(hq, at=bought_again)
    assert reward_all(hq) == 0 and codes(hq, SARAH) == 0


def test_nobody_brings_themselves_neither_now_nor_as_it_turns_out_later(hq: Hq) -> None:
    leave(hq, SARAH, "sarah@example.com")
    leave(hq, SARAH, TOMS)
    ruling.merge(hq, SARAH, TOM, reason="one person", by="anna")
    bought(hq)
    assert reward_all(hq) == 0
    with hq.reading() as connection:
        assert len(brought(connection)) == 1


@pytest.mark.parametrize("alias", ["Sarah+friend@example.com", "sarah@example.com"])
def test_another_address_of_ones_own_mailbox_is_no_friend(hq: Hq, alias: str) -> None:
    own = "a1" * 16
    with hq.engine.begin() as connection:
        if alias != "sarah@example.com":
            meet(connection, hq, own, mail=alias)
    leave(hq, SARAH, alias)
    bought(hq, own if alias != "sarah@example.com" else SARAH)
    assert reward_all(hq) == 0 and codes(hq, SARAH) == 0


def test_what_is_sent_back_whole_pays_nothing_and_what_is_kept_does(hq: Hq, clock: Clock) -> None:
    leave(hq, SARAH, TOMS)
    clock.now += 10
    with hq.engine.begin() as connection:
        buy(connection, hq, "BOOT-42", profile=TOM, at=NOW + 5)
        buy(connection, hq, "BOOT-42", n=-1, profile=TOM, at=NOW + 6)
    assert reward_all(hq) == 0 and codes(hq, SARAH) == 0
    with hq.engine.begin() as connection:
        buy(connection, hq, "SCARF-1", profile=TOM, at=NOW + 7)
    assert reward_all(hq) == 1 and codes(hq, SARAH) == 1


def test_it_waits_until_nothing_can_be_sent_back_and_nobody_learns_when_it_was(hq: Hq, clock: Clock) -> None:
    slow = replace(hq, config=replace(CONFIG, friends=Friends(coupon="friends", wait_days=14)))
    leave(hq, SARAH, TOMS)
    bought(hq, at=NOW)
    clock.now = NOW + 14 * DAY - 1
    assert reward_all(slow) == 0
    clock.now = NOW + 21 * DAY
    assert reward_all(slow) == 1


def test_the_first_who_brought_somebody_counts_and_one_person_is_a_friend_once(hq: Hq, clock: Clock) -> None:
    other, eve = "ee" * 16, "33" * 16
    with hq.engine.begin() as connection:
        meet(connection, hq, eve, mail="eve@example.com")
        meet(connection, hq, other, mail="tom.work@example.com")
    leave(hq, SARAH, TOMS)
    clock.now += 1
    leave(hq, eve, TOMS)
    leave(hq, eve, "tom.work@example.com")
    ruling.merge(hq, TOM, other, reason="one person", by="anna")
    bought(hq)
    assert [reward_all(hq), reward_all(hq)] == [1, 0]
    assert (codes(hq, SARAH), codes(hq, eve), codes(hq, TOM)) == (1, 0, 1)


def test_a_link_that_goes_round_the_web_fills_nothing(hq: Hq) -> None:
    for n in range(MOST + 3):
        leave(hq, SARAH, f"someone{n}@example.com")
    with hq.reading() as connection:
        assert len(brought(connection)) == MOST


@pytest.mark.parametrize("erased", [SARAH, TOM])
def test_who_is_erased_brought_nobody_and_was_brought_by_nobody(hq: Hq, erased: str) -> None:
    leave(hq, SARAH, TOMS)
    decisions.erase(hq, erased)
    bought(hq)
    assert reward_all(hq) == 0
    with hq.reading() as connection:
        assert brought(connection) == []


def test_the_page_of_the_link_keeps_a_hash_and_says_the_same_to_everybody(hq: Hq) -> None:
    web = create_app(hq).test_client()
    path = urlsplit(Links(base="https://x.example", key=hq.keys.link).friend(SARAH)).path
    assert "15 % off" in web.get(path).text
    answers = [web.post(path, data={"mail": mail}) for mail in (TOMS, "sarah@example.com", "new@example.com")]
    assert {answer.status_code for answer in answers} == {200} and len({answer.text for answer in answers}) == 1
    assert web.post(path, data={"mail": "no address"}).status_code == 422
    assert web.get("/f/" + "A" * 38).status_code == 404
    with hq.reading() as connection:
        kept = {one.digest for one in brought(connection)}
    assert kept == {identity.digest(hq.keys, "mail", mail) for mail in (TOMS, "new@example.com")}
    off = create_app(replace(hq, config=replace(CONFIG, friends=Friends())))
    assert off.test_client().get(path).status_code == 404


def test_a_wait_that_makes_no_sense_stops_the_start() -> None:
    with pytest.raises(ConfigError, match=r"friends\.wait_days must lie between 0 and 365"):
        parse("[friends]\nwait_days = -1\n")


def test_a_campaign_that_is_not_declared_stops_the_start() -> None:
    with pytest.raises(ConfigError, match=r"friends\.coupon: there is no \[\[coupon\]\]"):
        parse('[friends]\ncoupon = "none"\n')
