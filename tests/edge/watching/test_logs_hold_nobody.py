"""Addresses and numbers are typed wherever something can be typed, rightly and wrongly: the logs hold none of them."""

import json
from pathlib import Path
from random import Random

import requests

from edge.box import Box
from tests.edge.watching.a_box import running, scan
from tests.edge.watching.test_traces import Lines, lines
from tests.torture.needles import Needles

__all__ = ["lines"]
PEOPLE = 8


def people() -> list[str]:
    random = Random(8)
    names = ["".join(random.choices("abcdefghijklmnoprstuvw", k=9)) for _ in range(PEOPLE)]
    mails = [f"{name}@{name[::-1]}.example" for name in names]
    return [*mails, *(f"+3725{random.randrange(10**7):07}" for _ in range(PEOPLE))]


def type_everywhere(box: Box, person: str) -> None:
    """As a shopper, a slip of the finger, a program and somebody hostile would."""
    at, channel = f"{box.url}/s/tablet", "sms" if person.startswith("+") else "mail"
    forms = [
        ("search", {"q": person, "query": person}),
        ("basket/lines", {"sku": person}),
        ("send", {"channel": channel, "mail": person, "phone": person, "address": person}),
        ("send", {"channel": "mail", "mail": f"{person}@@", "phone": f"{person}x"}),
        ("tell-me", {"sku": "BOOT-43", "channel": channel, "mail": person, "phone": person}),
        ("tell-me", {"sku": person, "channel": channel, "mail": person, "phone": person}),
        ("language", {"language": person}),
        ("size", {"size": person}),
        (f"show/{person}", {}),
        ("pair", {"code": person}),
        ("pin", {"pin": person}),
    ]
    for place, form in forms:
        requests.post(f"{at}/{place}", data=form, timeout=10)
    scan(box, person)
    requests.post(f"{at}/scan", json={"reader": person, "text": person, "id": person}, timeout=10)
    requests.post(f"{at}/reader", json={"reader": person, "kind": "down", "error": person}, timeout=10)
    requests.post(f"{at}/scan", data=f"{{{person}", headers={"Content-Type": "application/json"}, timeout=10)
    for path in (
        f"/{person}",
        f"/s/{person}",
        f"/pictures/{person}",
        f"/s/tablet?q={person}",
        f"/status.json?{person}",
    ):
        requests.get(box.url + path, headers={"User-Agent": person, "Referer": person}, timeout=10)
    requests.get(f"{box.url}/api/stations/tablet/search", params={"q": person}, timeout=10)
    requests.get(box.url, headers={"Host": person.strip("+")}, timeout=10)


def test_no_log_line_holds_what_was_typed(tmp_path: Path, lines: Lines) -> None:
    typed = people()
    with running(tmp_path) as box:
        requests.post(f"{box.url}/s/tablet/basket/lines", data={"sku": "TENT"}, timeout=10)
        for person in typed:
            type_everywhere(box, person)
    told = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines.told() if line["logger"] not in CLIENT)
    assert told.count("a reader read something") >= len(typed), "the box logs at all"
    assert sorted({who for who, _ in Needles(typed).within(told.encode())}) == []


CLIENT = {"urllib3.connectionpool"}
"""The test's own requests."""


def test_the_search_would_find_one() -> None:
    (mail, *_), phone = people(), people()[-1]
    needles = Needles([mail, phone])
    assert {who for who, _ in needles.within(f'{{"message":"sent to {mail} and {phone}"}}'.encode())} == {mail, phone}
