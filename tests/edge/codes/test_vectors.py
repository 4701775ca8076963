"""The standard bodies' own vectors. `DISAGREED` is where we answer otherwise, and why."""

import json
from pathlib import Path
from typing import Any

import pytest

from edge.codes import resolve

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "codes"
DISAGREED = {
    "ABC": "The vectors refuse data without an AIM identifier; most scanners send none, so it is plain text here.",
}


def _vectors(name: str) -> dict[str, Any]:
    file = FOLDER / name
    if not file.exists():
        pytest.skip(f"the vectors {file} are not on this machine")
    loaded: dict[str, Any] = json.loads(file.read_text())
    return loaded


def test_element_strings_are_accepted_and_refused_as_the_syntax_engine_does() -> None:
    vectors = [(valid, code) for valid, code in _vectors("gs1.json")["processAIdata"] if code != "$buf"]
    wrong = [code for valid, code in vectors if (resolve(code).kind == "gs1") != valid]
    assert wrong == []


def test_scans_with_aim_identifiers_are_accepted_and_refused_as_the_syntax_engine_does() -> None:
    vectors = _vectors("gs1.json")["scan"]
    wrong = [code for valid, code, _, _ in vectors if (resolve(code).kind != "invalid") != valid]
    assert wrong == list(DISAGREED)


def test_tags_and_their_uris_mean_the_same() -> None:
    for octets, tag_uri, identity in _vectors("epc.json")["epc"]:
        assert [resolve(code).text for code in (octets, tag_uri, identity)] == [identity] * 3
