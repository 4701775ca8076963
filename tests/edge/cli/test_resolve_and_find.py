"""`tote resolve` and `tote find` as other programs use them: a JSON line per answer."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from edge.catalogue import Version
from edge.cli import main
from tests.edge.catalogue import shop


def answers(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_every_line_of_stdin_is_answered_and_no_code_is_an_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = b"4006381333931\n4006381333930\r\n\n\xff\xfe\n]C10104006381333931\x1d10A\nhello world"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(codes)))
    assert main(["resolve", "-", "--json"]) == 0
    found = answers(capsys)
    assert [answer["kind"] for answer in found] == ["gtin", "invalid", "invalid", "text", "gs1", "text"]
    assert found[0]["gtin"] == "04006381333931"
    assert found[1]["error"]["hint"]
    assert found[4]["elements"] == {"01": "04006381333931", "10": "A"}


def test_a_code_is_answered_for_a_person_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["resolve", "4006381333931", "4006381333930"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "4006381333931: gtin 04006381333931"


def test_measure_and_price_of_a_code_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["resolve", "(01)04006381333931(3103)001205(3922)1299", "--json"]) == 0
    (answer,) = answers(capsys)
    assert (answer["measure"], answer["price"]) == (
        {"value": "1.205", "unit": "kg"},
        {"amount": 1299, "currency": "EUR"},
    )


def test_hits_come_best_first(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = shop.write(tmp_path / "c.db", Version(1, 1))
    assert main(["find", "wander", "stiefl", "--db", str(file), "--lang", "de", "--limit", "1", "--json"]) == 0
    assert main(["find", "boots", "--db", str(file), "--limit", "1", "--json"]) == 0
    for answer in answers(capsys):
        assert set(answer) == {"rank", "id", "sku", "title", "score"}
        assert (answer["rank"], answer["id"]) == (1, "boot")


def test_a_language_that_the_catalogue_lacks_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = shop.write(tmp_path / "c.db", Version(1, 1))
    assert main(["find", "boots", "--db", str(file), "--lang", "xx"]) == 2
    said = capsys.readouterr()
    assert "not in 'xx'; --lang is one of en" in said.err
    assert said.out == ""


def test_a_catalogue_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["find", "boots", "--db", str(tmp_path / "none.db")]) == 2
    said = capsys.readouterr().err
    assert "none.db is no file" in said
    assert "tote-hq snapshot --out" in said


def test_what_is_not_there_leads_to_what_is_and_is_said_to_be_that(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["find", "qqzzxx", "--db", str(shop.write(tmp_path / "c.db"))]) == 0
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 3
    assert "what others like" in said.err
