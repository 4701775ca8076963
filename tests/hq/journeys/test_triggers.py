"""Each of the shipped journeys: what begins it, what its message is about, and what ends it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from edge.domain import coupon
from edge.domain.consent import Consent
from hq import decisions
from hq.config import Config
from hq.coupons.issuing import void
from hq.coupons.whose import theirs_open
from hq.errors import ConfigError, InputError
from hq.journeys import pausing, store_events
from hq.journeys.rules import DAY, HOUR
from hq.journeys.simulating import simulate
from hq.linking import ruling
from hq.store import tables
from tests.hq.journeys import shopping as scene
from tests.hq.journeys.shopping import BEGINS, JAAN, MARI, Shopping, kind, marketing, text


@pytest.fixture
def open_it(tmp_path: Path) -> Iterator[Callable[..., Shopping]]:
    opened: list[Shopping] = []

    def start(config: Config = scene.CONFIG) -> Shopping:
        opened.append(scene.shopping(tmp_path / "hq", config))
        return opened[-1]

    yield start
    for one in opened:
        one.hq.close()


@pytest.fixture
def there(open_it: Callable[..., Shopping]) -> Shopping:
    return open_it()


def mail_of(there: Shopping, journey: str) -> list[tuple[str, str]]:
    """State and reason of each message."""
    mail = tables.mail.c
    with there.hq.reading() as connection:
        rows = connection.execute(select(mail.state, mail.error).where(mail.kind == journey)).all()
    return [(row.state, row.error) for row in rows]


# ---- a size that was sold out ----------------------------------------------------------------------------------------


def test_the_day_after_a_missed_size_a_like_article_in_that_size_is_offered(there: Shopping) -> None:
    there.sends(MARI, "PACK-1")
    there.stock_is({"BOOT-43": 0, "HIKE-43": 2, "HIKE-42": 2})
    there.asks_for(MARI, "BOOT-43")
    there.passes(21)
    (offer,) = [one for one in there.rounds() if kind(one) == "next-day-offer"]
    assert offer["Subject"] == "In your size: Hiking boot Rada at Tote"
    assert "43 · Moss" in text(offer) and "42 · Moss" not in text(offer) and "Fjell" not in text(offer)
    assert there.rounds() == []


def test_the_same_size_in_a_store_nearby_comes_first(open_it: Callable[..., Shopping]) -> None:
    """Beyond where "it is back" sends people, within what the journey says."""
    journeys = tuple(replace(one, nearby_km=200) for one in scene.JOURNEYS)
    there = open_it(replace(scene.CONFIG, journey=journeys))
    there.sends(MARI, "PACK-1")
    there.asks_for(MARI, "COAT-M")
    there.stock_is({"COAT-M": 0})
    there.stock_is({"COAT-M": 3}, store="aurora-tartu")
    there.passes(21)
    (offer,) = [one for one in there.rounds() if kind(one) == "next-day-offer"]
    assert "Rain coat Udu" in text(offer) and "In stock in Aurora Tartu" in text(offer)


@pytest.mark.parametrize("meanwhile", ["bought", "told", "no-consent", "sold-out"])
def test_who_has_it_or_heard_or_never_agreed_gets_no_offer(there: Shopping, meanwhile: str) -> None:
    if meanwhile != "no-consent":
        there.sends(MARI, "PACK-1")
    there.stock_is({"BOOT-43": 0, "HIKE-43": 0 if meanwhile == "sold-out" else 2})
    there.asks_for(MARI, "BOOT-43")
    if meanwhile == "bought":
        there.buys(MARI, "BOOT-42")
    if meanwhile == "told":
        with there.hq.engine.begin() as connection:
            event = connection.scalar(select(tables.wish.c.event))
            row = {"id": "9" * 32, "event": event, "kind": "back-in-stock", "profile": there.profile(MARI)}
            sent = {"state": "sent", "sent": there.clock.now + 1, "message_id": "<x>", "tries": 1, "due": 0}
            connection.execute(tables.mail.insert().values(row | sent))
    there.passes(21)
    assert [one for one in there.rounds() if kind(one) == "next-day-offer"] == []


# ---- a purchase ------------------------------------------------------------------------------------------------------


def test_thanks_come_with_what_goes_with_it_and_never_with_what_they_have(there: Shopping) -> None:
    there.sends(MARI, "BOOT-42")
    there.buys(MARI, "SCARF-1")
    there.passes(25)
    there.rounds()
    there.buys(MARI, "COAT-M", store=scene.STORE)
    there.passes(25)
    (thanks,) = [one for one in there.rounds() if kind(one) == "thanks"]
    assert thanks["Subject"] == "Thank you, from Tote"
    assert "You bought at Aurora Tallinn" in text(thanks)
    assert "Day pack 22" in text(thanks), "the coat goes with the pack and the scarf"
    assert "Wool scarf" not in text(thanks) and "Rain coat" not in text(thanks)


def test_who_returned_it_is_not_thanked(there: Shopping) -> None:
    there.sends(MARI, "BOOT-42")
    there.buys(MARI, "COAT-M")
    there.passes(1)
    there.buys(MARI, "COAT-M", quantity=-1, order="back")
    there.passes(24)
    assert [one for one in there.rounds() if kind(one) == "thanks"] == []
    assert mail_of(there, "thanks") == [("dropped", "they returned it")]


def test_a_purchase_that_staff_marked_and_the_till_told_is_thanked_for_once(there: Shopping) -> None:
    there.sends(MARI, "PACK-1")
    there.buys(MARI, "COAT-M", store=scene.STORE, order="marked-1")
    there.buys(MARI, "COAT-M", store=scene.STORE, order="till-1")
    there.passes(25)
    assert [kind(one) for one in there.rounds()].count("thanks") == 1
    assert ("dropped", "they were thanked for it") in mail_of(there, "thanks")


# ---- a store's event -------------------------------------------------------------------------------------------------


def test_who_shops_nearby_is_invited_once_in_their_language_before_it_begins(there: Shopping) -> None:
    there.sends(MARI, "BOOT-42")
    there.buys(JAAN, "COAT-M", store="aurora-tartu")
    there.clock.now = BEGINS - 7 * DAY - 1
    assert [kind(one) for one in there.rounds()].count("invitation") == 0
    there.clock.now += 1
    (invitation,) = [one for one in there.rounds() if kind(one) == "invitation"]
    assert (invitation["To"], invitation["Subject"]) == (MARI, "An evening with wax: an invitation from Tote")
    assert "Thursday 12 November, 18:00–20:00" in text(invitation)
    assert "We bring the wax." in text(invitation) and "https://bag.aurora.example/events/wax-evening" in text(
        invitation
    )
    there.passes(24)
    assert [one for one in there.rounds() if kind(one) == "invitation"] == []


@pytest.mark.parametrize("meanwhile", ["begun", "cancelled", "older words", "unsubscribed"])
def test_nobody_is_invited_to_what_is_over_or_against_their_word(
    open_it: Callable[..., Shopping], tmp_path: Path, meanwhile: str
) -> None:
    file = tmp_path / "events.toml"
    file.write_text(scene.EVENTS.read_text(encoding="utf-8"), encoding="utf-8")
    limits = replace(scene.CONFIG.journeys, events=str(file), quiet="00:00-17:59")
    there = open_it(replace(scene.CONFIG, journeys=limits))
    words: Consent = marketing(version="2026-11.3" if meanwhile == "older words" else "2026-12.1")
    there.sends(MARI, "BOOT-42", says=words)
    there.clock.now = BEGINS - DAY - HOUR  # 17:00: it waits
    assert there.rounds() == []
    if meanwhile == "begun":
        there.clock.now = BEGINS - 1
    if meanwhile == "cancelled":
        file.write_text("", encoding="utf-8")
    if meanwhile == "unsubscribed":
        decisions.unsubscribe(there.hq, there.profile(MARI), how="mail-link")
    there.clock.now += 2 * HOUR
    assert [one for one in there.rounds() if kind(one) == "invitation"] == []


def test_a_person_of_two_addresses_is_invited_once(there: Shopping) -> None:
    there.sends(MARI, "BOOT-42")
    there.sends(JAAN, "BOOT-42")
    there.clock.now = BEGINS - 6 * DAY
    scene.start_all(there.hq)
    ruling.merge(there.hq, there.profile(MARI), there.profile(JAAN), reason="", by="test")
    assert [kind(one) for one in there.rounds()].count("invitation") == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("wax-evening", "Wax evening"), "event[1].id"),
        (('ends = "2026-11-12 20:00"', 'ends = "2026-11-12 17:00"'), "later than begins"),
        (('"2026-11-12 18:00"', '"2026-11-12T18:00Z"'), "store's own clock"),
        (("[event.et]", "[event.fi]"), "event[1].fi"),
        (('title = "Vahaõhtu"', 'title = " "'), "event[1].et"),
    ],
)
def test_a_file_of_events_that_is_wrong_says_what_to_mend(wrong: tuple[str, str], said: str) -> None:
    told = scene.EVENTS.read_text(encoding="utf-8")
    assert wrong[0] in told
    with pytest.raises(ConfigError) as caught:
        store_events.parse(told.replace(*wrong))
    assert said in str(caught.value)


# ---- all of them -----------------------------------------------------------------------------------------------------


def test_a_simulation_covers_every_journey(there: Shopping) -> None:
    there.sends(MARI, "BOOT-42", "PACK-1")
    there.stock_is({"BOOT-43": 0, "HIKE-43": 2})
    there.asks_for(MARI, "BOOT-43")
    there.buys(JAAN, "COAT-M", store="aurora-tartu")
    found = {one.journey: one for one in simulate(there.hq, there.clock.now + 25 * HOUR)}
    assert found["basket-reminder"].names == ("Fjell trail boot", "Day pack 22")
    assert found["next-day-offer"].names == ("Hiking boot Rada",)
    later = {one.journey: one for one in simulate(there.hq, BEGINS - DAY)}
    assert (later["invitation"].verdict.outcome, later["invitation"].names) == ("send", ("An evening with wax",))
    with there.hq.reading() as connection:
        assert set(connection.scalars(select(tables.mail.c.kind))) == {"basket"}, "nothing is written"


def test_conditions_narrow_where_and_what_a_journey_is_about(open_it: Callable[..., Shopping]) -> None:
    shoes = replace(scene.JOURNEYS[0], categories=("Shoes",))
    elsewhere = replace(scene.JOURNEYS[0], name="elsewhere", stores=("aurora-tartu",))
    there = open_it(replace(scene.CONFIG, journey=(shoes, elsewhere)))
    there.sends(MARI, "BOOT-42", "PACK-1")
    there.passes(21)
    (only,) = there.rounds()
    assert (
        kind(only) == "basket-reminder" and "Fjell" in text(only) and "Day pack" not in text(only).partition("Goes")[0]
    )


def test_a_paused_journey_waits_and_goes_on_where_it_was(there: Shopping) -> None:
    there.sends(MARI, "BOOT-42")
    there.rounds()
    pausing.pause(there.hq, "basket-reminder", by="kadri")
    there.passes(21)
    assert there.rounds() == []
    pausing.resume(there.hq, "basket-reminder", by="mart")
    there.passes(1)
    assert [kind(one) for one in there.rounds()] == ["basket-reminder"]
    with there.hq.reading() as connection:
        told = [(one.paused, one.by) for one in pausing.changes(connection, "basket-reminder")]
    assert told == [(False, "mart"), (True, "kadri")]
    with pytest.raises(InputError):
        pausing.pause(there.hq, "no-such", by="kadri")


# ---- a friend who bought ---------------------------------------------------------------------------------------------


def brought(there: Shopping, says: Consent | None = None) -> None:
    """Mari brings Jaan, who buys."""
    there.sends(MARI, "PACK-1", says=says)
    there.brings(MARI, JAAN)
    there.sends(JAAN, "SCARF-1", says=marketing(granted=False))
    there.buys(JAAN, "SCARF-1")


def test_who_brought_a_friend_that_bought_is_sent_their_code_once(there: Shopping) -> None:
    brought(there)
    mails = [one for _ in range(3) for one in there.rounds() if kind(one) == "friend-reward"]
    (mail,) = mails
    assert (mail["To"], mail["Subject"]) == (MARI, "A code for you at Tote: your friend has bought")
    with there.hq.reading() as connection:
        (code,) = theirs_open(connection, there.hq.keys, there.hq.config, there.profile(MARI), there.clock.now)
    assert coupon.spelled(code.code) in text(mail) and "15 % off" in text(mail) and "/b/" in text(mail)
    assert "Day pack" not in text(mail) and JAAN not in mail.as_string()


def test_without_consent_the_code_waits_on_the_basket_s_page_alone(there: Shopping) -> None:
    brought(there, says=marketing(granted=False))
    assert [one for one in there.rounds() if kind(one) == "friend-reward"] == []
    assert "left empty" in mail_of(there, "friend-reward")[0][1]


def test_a_code_that_is_used_or_taken_back_meanwhile_is_not_written_about(there: Shopping) -> None:
    brought(there, says=marketing(granted=False))
    there.rounds()
    with there.hq.reading() as connection:
        (code,) = theirs_open(connection, there.hq.keys, there.hq.config, there.profile(MARI), there.clock.now)
    void(there.hq, [code.code])
    there.sends(MARI, "PACK-1")
    there.passes(7)
    assert [one for one in there.rounds() if kind(one) == "friend-reward"] == []
    assert mail_of(there, "friend-reward") == [("dropped", "the code was taken back")]
