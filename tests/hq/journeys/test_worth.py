"""What a journey is worth, from the rows of the queue and of orders, and as the command tells it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from hq.cli import main
from hq.config import Config, Journey
from hq.journeys.rules import DAY
from hq.journeys.worth import Worth, worth
from hq.service import Hq, open_hq
from hq.store import tables

NOW, NAME = 1_760_000_000_000, "basket-reminder"


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Hq]:
    hq = open_hq(tmp_path / "hq", Config(journey=(Journey(name=NAME, on=True),)), clock=lambda: NOW)
    yield hq
    hq.close()


def message(hq: Hq, person: str, state: str, at: int, n: int = 0) -> None:
    with hq.engine.begin() as c:
        if n == 0:
            c.execute(tables.profile.insert().values(id=person, created=0, language="en", control=False))
        row = {"id": f"{person}{n}", "event": f"e{person}{n}", "kind": NAME, "profile": person, "state": state}
        c.execute(tables.mail.insert().values(**row, message_id="<x>", tries=1, due=at, sent=at))


def order(hq: Hq, person: str, at: int, quantity: int = 1) -> None:
    with hq.engine.begin() as c:
        row = {"store": "web", "order_id": f"{person}{at}", "sku": "A", "quantity": quantity, "price": 1}
        c.execute(tables.order_line.insert().values(**row, currency="EUR", profile=person, at=at))


def told(hq: Hq, days: int = 7) -> Worth:
    with hq.reading() as connection:
        return worth(connection, NAME, days=days, now=NOW)


def parts(found: Worth) -> tuple[tuple[int, int], tuple[int, int]]:
    made = found.difference
    return (made.with_it.part, made.with_it.whole), (made.without.part, made.without.whole)


def test_who_bought_within_the_days_counts_once_and_nobody_before_their_days_are_over(hq: Hq) -> None:
    began = NOW - 30 * DAY
    for person in ("a", "b", "c"):
        message(hq, person, "sent", began)
    for person in ("x", "y"):
        message(hq, person, "control", began)
    message(hq, "late", "sent", NOW - 6 * DAY)
    message(hq, "a", "sent", NOW - 20 * DAY, 1)
    order(hq, "a", began + DAY)
    order(hq, "a", began + 2 * DAY)
    order(hq, "b", began - 1)
    order(hq, "b", began + 8 * DAY)
    order(hq, "c", began + DAY, quantity=-1)
    order(hq, "x", began + 7 * DAY)
    order(hq, "late", NOW)
    assert parts(told(hq)) == ((1, 3), (1, 2))
    assert parts(told(hq, 9)) == ((2, 3), (1, 2))


def test_a_person_of_two_profiles_counts_once_with_what_either_bought(hq: Hq) -> None:
    began = NOW - 30 * DAY
    for person in ("a", "b", "c"):
        message(hq, person, "sent", began)
    with hq.engine.begin() as c:
        for digest, profile in (("1", "a"), ("2", "b")):
            c.execute(tables.member.insert().values(digest=digest, kind="mail", profile=profile, person="a"))
    order(hq, "b", began + DAY)
    assert parts(told(hq)) == ((1, 2), (0, 0)), "a and b are one, and c bought nothing"


def test_the_command_says_whether_it_may_be_chance(hq: Hq, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*more: str) -> str:
        assert main(["journey", "worth", "--dir", str(hq.dir), *more]) == 0
        return capsys.readouterr().out

    assert "nothing to compare" in said()
    for n in range(10):
        message(hq, f"s{n}", "sent", NOW - 30 * DAY)
        message(hq, f"c{n}", "control", NOW - 30 * DAY)
    for n in range(3):
        order(hq, f"s{n}", NOW - 29 * DAY)
    text = said()
    assert "3 of 10 bought" in text and "+30.0 points" in text and "may be chance" in text and "more kept out" in text
    row = json.loads(said("--json").splitlines()[0])
    assert (row["sent_bought"], row["control_bought"], row["certain"]) == (3, 0, False)
    assert row["low"] < 0 < row["high"] and row["still_needed"] > 0
    for n in range(3, 10):
        order(hq, f"s{n}", NOW - 29 * DAY)
    assert "more than chance" in said()


def test_days_that_are_none_are_refused(hq: Hq, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["journey", "worth", "--days", "0", "--dir", str(hq.dir)]) == 2
    assert "between 1 and 365" in capsys.readouterr().err
