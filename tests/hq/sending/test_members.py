"""Audiences at a platform that keeps the real ones' rules: who comes, who goes, and what a failure leaves."""

import logging
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from hq import decisions
from hq.audience import goods
from hq.config_marketing import Destination
from hq.dossier import dossier
from hq.errors import BusyError, InputError
from hq.exports.platforms import PLATFORMS
from hq.sending import members, sends
from hq.sending.posting import Line
from hq.sending.sends import DONE, FAILED, destination_of, send
from hq.service import Hq
from hq.store import tables
from tests.hq import showroom as shop
from tests.hq.sending.conftest import PACE, basket, bought, profile
from tests.hq.sending.platform import TOKEN, Platform

To = Callable[[str], Destination]


def hashes(platform: str, *mails: str) -> set[str]:
    form = PLATFORMS[platform]  # type: ignore[index]
    return {form.hashed(form.mail(mail)) for mail in mails}


@pytest.mark.parametrize("platform", ["meta", "google"])
def test_those_who_agreed_come_and_nobody_else(hq: Hq, to: To, there: Platform, platform: str) -> None:
    basket(hq, "Sarah.B@gmail.com")
    basket(hq, "no@example.com", granted=False)
    sent = send(hq, to(platform), pace=PACE)
    assert (sent.state, sent.added, sent.removed, sent.error) == (DONE, 1, 0, "")
    assert there.people == hashes(platform, "sarah.b@gmail.com")
    assert there.wrong == []
    again = send(hq, to(platform), pace=PACE)
    assert (again.added, again.removed, len(there.requests)) == (0, 0, 1), "what is there is not sent again"


@pytest.mark.parametrize("platform", ["meta", "google"])
@pytest.mark.parametrize("why", ["withdraws", "unsubscribes", "is erased", "buys"])
def test_whoever_may_not_be_there_any_more_is_taken_out(
    hq: Hq, to: To, there: Platform, clock: shop.SetClock, platform: str, why: str
) -> None:
    for mail in ("stays@example.com", "goes@example.com"):
        basket(hq, mail)
    send(hq, to(platform), pace=PACE)
    clock.now += 1000
    leave(hq, why)
    sent = send(hq, to(platform), pace=PACE)
    assert (sent.added, sent.removed) == (0, 1)
    assert there.people == hashes(platform, "stays@example.com")
    with hq.reading() as connection:
        assert len(connection.execute(select(tables.told_key)).all()) == 1, "nothing is kept of whoever is gone"


def leave(hq: Hq, why: str) -> None:
    who = "goes@example.com"
    if why == "withdraws":
        decisions.withdraw(hq, profile(hq, who), how="basket-page")
    elif why == "unsubscribes":
        decisions.unsubscribe(hq, profile(hq, who), how="mail-link")
    elif why == "is erased":
        decisions.erase(hq, profile(hq, who))
    else:
        bought(hq, who, "W-1", sku="BOOT-41")


def test_a_person_is_told_which_platforms_know_them(hq: Hq, to: To) -> None:
    basket(hq, "in@example.com")
    send(hq, to("meta"), pace=PACE)
    with hq.reading() as connection:
        held = dossier(connection, profile(hq, "in@example.com"))
    assert [(one["destination"], one["kind"]) for one in held["platforms"]] == [("meta", "mail")]


def test_a_dry_run_sends_nothing_and_tells_what_would_be(hq: Hq, to: To, there: Platform) -> None:
    basket(hq, "in@example.com")
    sent = send(hq, to("meta"), dry_run=True)
    assert (sent.state, sent.added) == ("dry-run", 1)
    assert there.requests == [] and sends.last(hq, "meta") is None


@pytest.mark.parametrize("failure", [(429, {"Retry-After": "0"}), (503, {}), (500, {}), 0.6], ids=str)
def test_a_moments_failure_is_tried_again(
    hq: Hq, to: To, there: Platform, monkeypatch: pytest.MonkeyPatch, failure: tuple[int, dict[str, str]] | float
) -> None:
    monkeypatch.setattr(Line.__init__, "__kwdefaults__", {"pace": None, "seconds": 0.3})
    basket(hq, "in@example.com")
    there.misbehave = [failure]
    assert send(hq, to("meta"), pace=PACE).state == DONE
    assert there.people == hashes("meta", "in@example.com")


def test_a_platform_that_stays_away_ends_the_sending_in_words_without_a_secret(
    hq: Hq, to: To, there: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    basket(hq, "in@example.com")
    there.misbehave = [(503, {})] * 9
    sent = send(hq, to("meta"), pace=PACE)
    assert (sent.state, sent.error) == (FAILED, "meta answers 503")
    there.misbehave = [(401, {})]
    assert send(hq, to("meta"), pace=PACE).error == "meta answers 401: the token is not good for this"
    assert TOKEN not in caplog.text and "in@example.com" not in caplog.text


def test_a_sending_that_was_killed_goes_on_where_it_was(
    hq: Hq, to: To, there: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails = [f"{n}@example.com" for n in range(5)]
    for mail in mails:
        basket(hq, mail)
    monkeypatch.setattr("hq.sending.platforms.meta.Meta.most", 2)
    there.broken_after = 2
    assert send(hq, to("meta"), pace=PACE).added == 4
    there.broken_after = 1_000
    sent = send(hq, to("meta"), pace=PACE)
    assert (sent.state, sent.added) == (DONE, 1)
    assert there.people == hashes("meta", *mails) and there.wrong == []


def test_killed_between_the_platforms_answer_and_the_commit_nobody_is_lost(
    hq: Hq, to: To, there: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    basket(hq, "in@example.com")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(members, "insert_new", killed)
        send(hq, to("meta"), pace=PACE)
    assert send(hq, to("meta"), pace=PACE).added == 1
    assert there.people == hashes("meta", "in@example.com")


def test_somebody_who_withdraws_while_it_is_sent_is_not_in_the_next_batch(
    hq: Hq, to: To, there: Platform, clock: shop.SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "AT_ONCE", 1)
    for mail in ("one@example.com", "two@example.com"):
        basket(hq, mail)
    first, second = sorted(("one@example.com", "two@example.com"), key=lambda mail: profile(hq, mail))
    goods.follow(hq)
    steps = sends._steps(hq, to("meta"), Line("meta", pace=PACE))
    assert next(steps) == ("added", 1)
    clock.now += 1000
    decisions.withdraw(hq, profile(hq, second), how="basket-page")
    assert list(steps) == []
    assert there.people == hashes("meta", first)


def test_somebody_who_unsubscribes_while_a_platform_is_waited_for_is_not_in_what_is_sent_again(
    hq: Hq, to: To, there: Platform
) -> None:
    for mail in ("stays@example.com", "goes@example.com"):
        basket(hq, mail)
    there.misbehave = [(503, {})]
    there.meanwhile = lambda: decisions.unsubscribe(hq, profile(hq, "goes@example.com"), how="mail-link")
    sent = send(hq, to("meta"), pace=PACE)
    assert (sent.state, sent.added) == (DONE, 1)
    assert there.people == hashes("meta", "stays@example.com")


def test_two_do_not_send_to_one_platform_at_once(hq: Hq, to: To) -> None:
    with sends._alone(hq, "meta"), pytest.raises(BusyError, match="under way"):
        send(hq, to("meta"), pace=PACE)


def test_a_token_may_stand_in_the_environment_or_come_from_a_command(
    hq: Hq, to: To, there: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    basket(hq, "in@example.com")
    bare = replace(to("google"), token_file="")
    assert "TOTEHQ_TOKEN_GOOGLE" in send(hq, bare, pace=PACE).error
    assert send(hq, replace(bare, token_command=f"echo {TOKEN}"), pace=PACE).state == DONE
    monkeypatch.setenv("TOTEHQ_TOKEN_GOOGLE", "another")
    basket(hq, "more@example.com")
    assert send(hq, replace(bare, token_command=f"echo {TOKEN}"), pace=PACE).state == FAILED


def test_an_unknown_destination_is_named(hq: Hq) -> None:
    with pytest.raises(InputError, match="no destination 'x'"):
        destination_of(hq.config, "x")
