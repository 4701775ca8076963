"""The page of preferences: read without effect, saved with the words that were shown, obeyed by all that is sent."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hq import decisions, people
from hq.audience import explain
from hq.links import Links
from hq.mail.contents import Never, message
from hq.service import Hq
from hq.store import tables
from hq.web.app import theme_of
from hq.words import LANGUAGES, words
from tests.hq import showroom as shop

ALL = ("baskets", "reminders", "offers", "adverts", "profiling")


@pytest.fixture
def page(showroom: Hq, links: Links) -> Iterator[str]:
    shop.send_basket(showroom, consents=("marketing", "profiling"))
    return links.preferences(shop.MAIL_ID)


def save(client: FlaskClient, page: str, *ticked: str, shown: tuple[str, ...] = ALL, language: str = "en") -> None:
    form = {"shown": list(shown), **dict.fromkeys(ticked, "yes")}
    answer = client.post(f"{page}?lang={language}", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{page}?lang={language}&saved=1")


def ticked(client: FlaskClient, page: str) -> set[str]:
    boxes = re.findall(r'<input class="switch"[^>]*name="([\w-]+)"[^>]*?( checked)?>', client.get(page).text)
    return {name for name, checked in boxes if checked}


def answers(hq: Hq) -> list[tuple[str, bool, str, str]]:
    row = tables.consent.c
    query = select(tables.consent).where(row.how == "preferences").order_by(row.at, row.id)
    with hq.reading() as reading:
        return [(one.purpose, one.granted, one.words, one.version) for one in reading.execute(query)]


def reasons(hq: Hq, use: str) -> set[str]:
    with hq.reading() as reading:
        return {one.reason for one in explain(reading, hq.catalogue(), shop.PROFILE, use=use)}  # type: ignore[arg-type]


def test_looking_changes_nothing_and_tells_what_holds(client: FlaskClient, showroom: Hq, page: str) -> None:
    assert ticked(client, page) == set(ALL)
    assert list(showroom.journal.entries()) == []
    text = client.get(page).text
    assert "s…@example.com" in text and shop.MAIL not in text
    assert client.get(page).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_every_language(client: FlaskClient, page: str, language: str) -> None:
    say = words(language)
    text = client.get(f"{page}?lang={language}").text
    assert f"<h1>{say('preferences.title')}</h1>" in text
    assert say("preferences.reminders") in text


def test_what_is_left_as_it_was_says_nothing_new(client: FlaskClient, showroom: Hq, page: str) -> None:
    save(client, page, *ALL)
    assert list(showroom.journal.entries()) == []


def test_one_part_can_go_and_the_others_stay(client: FlaskClient, showroom: Hq, page: str) -> None:
    save(client, page, *(set(ALL) - {"adverts"}))
    assert answers(showroom) == [("adverts", False, "", "")]
    assert ticked(client, page) == set(ALL) - {"adverts"}
    assert reasons(showroom, "adverts") == {"no-consent"}
    assert reasons(showroom, "reminders") == {"in-basket"}
    save(client, page, *(set(ALL) - {"reminders"}))
    assert reasons(showroom, "reminders") == {"no-consent"}
    assert reasons(showroom, "adverts") == {"in-basket"}


def test_without_any_part_there_is_no_marketing(client: FlaskClient, showroom: Hq, page: str) -> None:
    save(client, page, "baskets", "profiling")
    with showroom.reading() as reading:
        given = people.answers(reading, shop.PROFILE)
    assert not people.allowed(given, "marketing")
    assert people.allowed(given, "profiling")


def test_a_yes_is_kept_with_the_words_that_were_shown(client: FlaskClient, showroom: Hq, page: str) -> None:
    decisions.withdraw(showroom, shop.PROFILE, how="staff")
    save(client, page, "baskets", "reminders", language="de")
    say, name = words("de"), theme_of(showroom).name
    kept = answers(showroom)
    assert ("offers", False, "", "") in kept and ("adverts", False, "", "") in kept
    said = f"{say('preferences.reminders')} {say('preferences.reminders_text', shop=name)}"
    assert ("reminders", True, said, say("preferences.version")) in kept
    assert ("marketing", True) in {(purpose, yes) for purpose, yes, _, _ in kept}
    assert ticked(client, page) == {"baskets", "reminders"}


def test_a_tick_at_a_screen_brings_nothing_back_that_was_taken_back_otherwise(
    client: FlaskClient, showroom: Hq, page: str
) -> None:
    save(client, page, *(set(ALL) - {"offers"}))
    decisions.withdraw(showroom, shop.PROFILE, how="staff")
    with showroom.engine.begin() as connection:
        row = {
            "purpose": "marketing",
            "granted": True,
            "words": "w",
            "words_hash": "0",
            "version": "1",
            "language": "en",
        }
        more = {"profile": shop.PROFILE, "how": "screen", "event": "f" * 32, "at": showroom.clock() + 10_000}
        connection.execute(tables.consent.insert().values(row | more))
    assert ticked(client, page) == {"baskets"}
    save(client, page, "baskets", "reminders", "adverts")
    assert ticked(client, page) == {"baskets", "reminders", "adverts"}


def test_a_mail_obeys(client: FlaskClient, showroom: Hq, page: str) -> None:
    with showroom.reading() as reading:
        row = reading.execute(select(tables.mail)).one()
    theme = theme_of(showroom)
    plain = message(showroom, theme, row).get_body(("plain",))
    assert plain and "Goes with it" in plain.get_content()
    assert f"{showroom.public_url}{page}" in plain.get_content()
    save(client, page, *(set(ALL) - {"offers"}))
    plain = message(showroom, theme, row).get_body(("plain",))
    assert plain and "Goes with it" not in plain.get_content()
    save(client, page, "reminders")
    with pytest.raises(Never):
        message(showroom, theme, row)


def test_who_unsubscribed_comes_back_by_ticking_what_they_want(client: FlaskClient, showroom: Hq, page: str) -> None:
    client.post(Links(base="", key=showroom.keys.link).unsubscribe(shop.MAIL_ID))
    assert 'data-test="stopped"' in client.get(page).text
    assert ticked(client, page) == {"baskets", "profiling"}
    save(client, page, "baskets", "profiling")  # what they leave as it is brings nothing back
    assert reasons(showroom, "reminders") == {"unsubscribed"}
    save(client, page, "baskets", "reminders")
    assert ("reminders", True) in [(purpose, yes) for purpose, yes, words, _ in answers(showroom) if words]
    assert reasons(showroom, "reminders") == {"in-basket"} and reasons(showroom, "adverts") == {"no-consent"}
    assert 'data-test="stopped"' not in client.get(page).text
    decisions.unsubscribe(showroom, shop.PROFILE, how="mail-link")
    assert reasons(showroom, "reminders") == {"unsubscribed"}


def test_who_comes_back_is_back_at_a_restored_hq_too(client: FlaskClient, showroom: Hq, page: str) -> None:
    mail = showroom.keys.digest_of("mail", shop.MAIL)
    decisions.unsubscribe(showroom, shop.PROFILE, how="mail-link")
    save(client, page, *ALL)
    with showroom.engine.begin() as connection:  # as the backup had it
        for table in (tables.decision, tables.suppression, tables.consent):
            connection.execute(table.delete())
    decisions.catch_up(showroom.journal, showroom.engine)
    assert reasons(showroom, "reminders") == {"in-basket"}
    decisions.suppress(showroom, mail, "bounced")
    decisions.come_back(showroom, shop.PROFILE, how="preferences")
    assert reasons(showroom, "reminders") == {"bounced"}


def test_a_link_that_was_touched_or_is_for_something_else_opens_nothing(
    client: FlaskClient, page: str, links: Links
) -> None:
    unsubscribing = links.unsubscribe(shop.MAIL_ID).replace("/u/", "/p/")
    for wrong in (page[:-2] + "AA", unsubscribing, links.preferences("0" * 32)):
        assert client.get(wrong).status_code == 404
        assert client.post(wrong, data={"shown": "profiling"}).status_code == 404
