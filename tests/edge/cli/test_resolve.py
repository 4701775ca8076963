"""`tote resolve` as another program uses it."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from edge.cli import main

KEYS = {"code", "kind", "text", "gtin", "elements", "measure", "price", "error"}
SETTINGS = f"""
store = "ber-01"
currency = "CHF"
[hq]
broker = "127.0.0.1:1883"
url = "https://hq.example"
seal_key = "{"00" * 32}"
verify_key = "{"00" * 32}"
[[station]]
id = "wall"
kind = "wall"
[[codes.range]]
kind = "loyalty"
pattern = '29\\d{{11}}'
[[codes.rcn]]
pattern = "21IIIIIVVVVV"
measure = "price"
"""


def answers(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_an_answer_has_the_same_keys_whatever_was_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["resolve", "4006381333931", "]", "]Q3010400638133393110A", "https://a/", "B-7", "", "--json"]) == 0
    found = answers(capsys)
    assert [set(answer) for answer in found] == [KEYS] * 6
    assert [answer["kind"] for answer in found] == ["gtin", "invalid", "gs1", "url", "sku", "invalid"]
    assert set(found[1]["error"]) == {"reason", "hint"}


def test_any_bytes_on_stdin_are_answered_line_by_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    octets = bytes(octet for octet in range(256) if octet != 10) + b"\n\n]C1\x1d\n" + b"\xff" * 10_000 + b"\nTB-42"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(octets)))
    assert main(["resolve", "-", "--json"]) == 0
    assert [answer["kind"] for answer in answers(capsys)] == ["text", "invalid", "invalid", "invalid", "sku"]


def test_what_the_reader_said_decides_between_two_meanings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["resolve", "01234565", "--json"]) == 0
    assert main(["resolve", "01234565", "--symbology", "upce", "--json"]) == 0
    both, one = answers(capsys)
    assert (both["gtin"], both["also"]) == ("00000001234565", ["00012345000065"])
    assert (one["gtin"], "also" in one) == ("00012345000065", False)


def test_the_shops_own_rules_count_where_its_settings_are_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "tote.toml"
    file.write_text(SETTINGS)
    codes = ["2912345678901", "2112345005997"]
    assert main(["resolve", *codes, "--json"]) == 0
    assert main(["resolve", *codes, "--config", str(file), "--json"]) == 0
    found = answers(capsys)
    assert [answer["kind"] for answer in found] == ["invalid", "rcn", "loyalty", "rcn"]
    assert (found[1]["price"], found[3]["price"]) == (None, {"amount": 599, "currency": "CHF"})
    assert found[3]["gtin"] == "02112345000008"


def test_rules_are_tried_with_a_file_of_nothing_else_and_told_in_words(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "codes.toml"
    file.write_text('[codes]\n[[codes.rcn]]\npattern = "21IIIIIVVVVV"\nmeasure = "price"\ndecimals = 2\n')
    assert main(["resolve", "2112345005997", "(01)04006381333931(3103)001750", "--config", str(file)]) == 0
    in_store, weighed = capsys.readouterr().out.splitlines()
    assert in_store == "2112345005997: rcn 02112345000008 599 EUR (in its smallest unit)"
    assert weighed.endswith("1.750 kg")


@pytest.mark.parametrize("text", ["currency = 5", "codes = 5", "[codes]\nskus = 'x'", "codes ="])
def test_rules_that_cannot_be_read_are_told(capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str) -> None:
    file = tmp_path / "codes.toml"
    file.write_text(text)
    assert main(["resolve", "1", "--config", str(file)]) == 2
    assert "codes.toml: " in capsys.readouterr().err


def test_settings_that_are_not_there_are_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["resolve", "1", "--config", str(tmp_path / "none.toml")]) == 2
    assert "none.toml" in capsys.readouterr().err


def test_a_code_has_no_power_over_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["resolve", "\x1b]0;evil\x07", "^\x1b[2J", "a\u202eb\x9b", "\udcff"]) == 0
    printed = capsys.readouterr().out
    assert all(letter.isprintable() or letter == "\n" for letter in printed)
    assert printed.splitlines()[0].startswith(r"\x1b]0;evil\x07: ")
    assert main(["resolve", "\x9b2J\x7f", "--json"]) == 0
    assert r"\u009b2J\u007f" in capsys.readouterr().out


def test_bytes_that_are_no_utf8_are_shown_as_they_were_understood(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xe9t\xe9\n")))
    assert main(["resolve", "-", "--json"]) == 0
    (answer,) = answers(capsys)
    assert (answer["code"], answer["text"]) == ("été", "été")


def test_an_endless_line_is_one_code_that_is_too_long(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"1" * 300_000 + b"\n4006381333931")))
    assert main(["resolve", "-", "--json"]) == 0
    endless, next_one = answers(capsys)
    assert endless["error"]["reason"] == "the code is too long" and len(endless["code"]) < 70_000
    assert next_one["kind"] == "gtin"
