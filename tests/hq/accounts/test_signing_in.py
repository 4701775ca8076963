"""Signing in to HQ's own pages: who is asked, who is let in where, and when it ends."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hq import accounts
from hq.accounts import passwords, sessions
from hq.accounts.roles import LOOK, ROLES, may
from hq.config import Config, Web
from hq.errors import InputError
from hq.service import Hq
from hq.store import tables
from hq.web import create_app
from tests.hq import showroom as shop

STAFF = "https://hq.aurora.example"
CONFIG = Config(web=Web(public_url="https://bag.aurora.example", staff_url=STAFF))
PAGES = ["/", "/people", f"/people/{shop.PROFILE}", "/catalogue", "/reviews", "/reserved", "/quarantine", "/fleet"]


@pytest.fixture
def clock() -> shop.SetClock:
    return shop.SetClock()


@pytest.fixture
def hq(tmp_path: Path, clock: shop.SetClock) -> Iterator[Hq]:
    hq = shop.showroom(tmp_path / "hq", config=CONFIG, clock=clock)
    shop.send_basket(hq)
    yield hq
    hq.close()


@pytest.fixture
def client(hq: Hq) -> FlaskClient:
    return create_app(hq).test_client()


def account(hq: Hq, *roles: str, name: str = "mari") -> str:
    with hq.engine.begin() as connection:
        return accounts.add(connection, name, roles or tuple(ROLES), at=hq.clock())


def sign_in(client: FlaskClient, password: str, name: str = "mari", **more: str) -> int:
    return client.post("/sign-in", data={"name": name, "password": password, **more}).status_code


def test_without_an_account_this_machine_is_asked_nothing_and_others_are_kept_out(client: FlaskClient) -> None:
    assert [client.get(page).status_code for page in PAGES] == [200] * len(PAGES)
    assert client.get("/people", base_url=STAFF).status_code == 403, "at the colleagues' address: nobody can sign in"


def test_with_the_first_one_everybody_is_asked(client: FlaskClient, hq: Hq) -> None:
    password = account(hq)
    answers = [client.get(page) for page in PAGES]
    assert {answer.status_code for answer in answers} == {303}
    assert answers[1].headers["Location"] == "/sign-in?back=%2Fpeople"
    assert shop.MAIL not in "".join(answer.text for answer in answers)
    assert "People" not in client.get("/sign-in").text, "no page is offered to whom nobody knows"
    assert sign_in(client, password) == 303
    assert [client.get(page).status_code for page in PAGES] == [200] * len(PAGES)


def test_a_wrong_password_and_an_unknown_name_are_told_alike(client: FlaskClient, hq: Hq) -> None:
    account(hq)
    told = [
        client.post("/sign-in", data={"name": name, "password": "x-y-z"}).text.replace(name, "")
        for name in ("mari", "nobody")
    ]
    assert told[0] == told[1] and "do not belong together" in told[0]
    assert client.get("/people").status_code == 303


def test_who_signed_in_comes_back_to_the_page_they_wanted_and_to_no_other_site(client: FlaskClient, hq: Hq) -> None:
    password = account(hq)

    def back(to: str) -> str:
        said = {"name": "mari", "password": password, "back": to}
        return client.post("/sign-in", data=said).headers["Location"]

    assert back("/catalogue?words=x") == "/catalogue?words=x"
    assert {back(to) for to in ("//evil.example", "https://evil.example/", "/\\evil.example", "javascript:x")} == {"/"}


@pytest.mark.parametrize("role", list(ROLES))
def test_a_role_opens_its_pages_and_no_others(client: FlaskClient, hq: Hq, role: str) -> None:
    sign_in(client, account(hq, role))
    for page in PAGES:
        allowed = role in LOOK[page.strip("/").split("/")[0]]
        answer = client.get(page)
        assert answer.status_code == (200 if allowed else 403), page
        assert allowed or "Not yours to open" in answer.text
        shown = client.get("/").text
        assert (f'href="{page}"' in shown) == allowed or page.count("/") > 1


def test_who_may_look_at_people_may_not_change_them() -> None:
    assert may(["marketer"], "/people", change=True), "finding somebody changes nothing"
    assert not may(["marketer"], "/people/x/erase", change=True)
    assert may(["support"], "/people/x/erase", change=True)
    assert not may(list(ROLES), "/what-is-new", change=False), "what no table names is opened by nobody"


def test_every_page_of_the_blueprint_is_opened_by_some_role(client: FlaskClient) -> None:
    rules = client.application.url_map.iter_rules()
    parts = {rule.rule.strip("/").split("/")[0] for rule in rules if rule.endpoint.startswith("staff.")}
    assert parts - set(LOOK) == {"sign-in"}


def test_it_ends_after_half_an_hour_of_nothing_and_after_half_a_day(
    client: FlaskClient, hq: Hq, clock: shop.SetClock
) -> None:
    password = account(hq)
    sign_in(client, password)
    for _ in range(24):
        clock.now += sessions.IDLE - 1
        assert client.get("/people").status_code == 200
    clock.now += 24
    assert client.get("/people").status_code == 303, "twelve hours are over"
    sign_in(client, password)
    clock.now += sessions.IDLE
    assert client.get("/people").status_code == 303


def test_signing_out_ends_it_also_for_who_kept_the_cookie(client: FlaskClient, hq: Hq) -> None:
    sign_in(client, account(hq))
    kept = client.get_cookie("tote-hq")
    assert kept and kept.http_only and kept.same_site == "Strict"
    client.post("/sign-out")
    client.set_cookie("tote-hq", kept.value)
    assert client.get("/people").status_code == 303


def test_at_the_colleagues_address_the_cookie_goes_over_tls_alone(client: FlaskClient, hq: Hq) -> None:
    password = account(hq)
    said = {"name": "mari", "password": password}
    headers = {"Origin": STAFF, "X-Forwarded-For": "10.0.0.9"}
    answer = client.post("/sign-in", data=said, headers=headers, base_url="http://hq.aurora.example")
    assert answer.status_code == 303 and "; Secure;" in answer.headers["Set-Cookie"]
    assert client.get("/people", base_url=STAFF, headers={"X-Forwarded-For": "10.0.0.9"}).status_code == 200
    assert client.get("/people", base_url="https://evil.example").status_code == 403


def test_a_foreign_page_can_do_nothing_with_a_colleagues_browser(client: FlaskClient, hq: Hq) -> None:
    sign_in(client, account(hq))
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = client.post("/sign-out", headers=headers)
        assert answer.status_code == 403 and "Nothing was changed" in answer.text
    assert client.get("/people").status_code == 200


def test_roles_a_new_password_and_an_end_count_from_the_next_page_on(client: FlaskClient, hq: Hq) -> None:
    sign_in(client, account(hq))
    account(hq, name="jaan")
    with hq.engine.begin() as connection:
        accounts.give_roles(connection, "mari", ["operator"])
    assert client.get("/people").status_code == 403
    with hq.engine.begin() as connection:
        fresh = accounts.renew(connection, "mari")
    assert client.get("/quarantine").status_code == 303
    assert sign_in(client, fresh) == 303
    with hq.engine.begin() as connection:
        accounts.end(connection, "mari")
    assert client.get("/quarantine").status_code == 303
    assert sign_in(client, fresh) == 403


def test_the_last_account_is_not_ended_nor_is_a_wrong_role_given(hq: Hq) -> None:
    account(hq)
    with hq.engine.begin() as connection:
        for wrong in (
            lambda: accounts.end(connection, "mari"),
            lambda: accounts.end(connection, "nobody"),
            lambda: accounts.give_roles(connection, "mari", ["boss"]),
            lambda: accounts.give_roles(connection, "mari", []),
            lambda: accounts.add(connection, "mari", ["support"], at=0),
            lambda: accounts.add(connection, "Mari Maasikas", ["support"], at=0),
        ):
            with pytest.raises(InputError):
                wrong()
        assert [one.name for one in accounts.accounts(connection)] == ["mari"]


def test_neither_password_nor_cookie_stands_in_the_database(client: FlaskClient, hq: Hq) -> None:
    password = account(hq)
    sign_in(client, password)
    cookie = client.get_cookie("tote-hq")
    assert cookie
    with hq.reading() as connection:
        kept = repr(connection.execute(select(tables.account)).all() + connection.execute(select(tables.session)).all())
    assert password not in kept and cookie.value not in kept


def test_who_asks_for_many_at_once_is_told_to_wait(
    client: FlaskClient, hq: Hq, monkeypatch: pytest.MonkeyPatch
) -> None:
    account(hq)
    monkeypatch.setattr(passwords, "PATIENCE", 0.01)
    held = [passwords._turns.acquire() for _ in range(passwords.AT_ONCE)]
    try:
        assert sign_in(client, "x") == 503
    finally:
        for _ in held:
            passwords._turns.release()


def test_a_password_typed_with_a_blank_around_it_is_right(client: FlaskClient, hq: Hq) -> None:
    assert sign_in(client, f" {account(hq)}\n", name="MARI ") == 303


def test_an_hq_whose_addresses_are_no_urls_does_not_start() -> None:
    from hq.config_checks import checked
    from hq.errors import ConfigError

    with pytest.raises(ConfigError, match=r"web\.staff_url"):
        checked(replace(CONFIG, web=Web(staff_url="hq.aurora.example/people")))
