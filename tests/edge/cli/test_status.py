"""`tote status`: one screen in plain words, and an exit status for scripts."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.box import Box
from edge.cli import main
from edge.cli.status import needs
from tests.edge.watching.a_box import running

WELL: dict[str, Any] = {
    "readers": [{"name": "gun", "state": "up"}],
    "trouble": "",
    "refused": "",
    "line_up": True,
    "oldest_waiting_ms": None,
    "catalogue": {"epoch": 1, "n": 5},
}


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    with running(tmp_path) as box:
        yield box


def test_a_box_without_a_line_needs_somebody_and_says_that_the_shop_goes_on(
    box: Box, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "--box", box.url]) == 1
    said = capsys.readouterr().out
    assert "store       shop" in said and "catalogue   version 1.7" in said
    assert "MEND        the line to HQ is down: the shop goes on, baskets wait" in said
    assert "tote doctor" in said


def test_programs_get_the_same_as_json(box: Box, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--box", box.url, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["needs"] == ["the line to HQ is down: the shop goes on, baskets wait"]


def test_in_good_health_nothing_needs_anybody() -> None:
    assert needs(WELL, now=time.time()) == []


@pytest.mark.parametrize(
    ("differs", "words"),
    [
        ({"readers": [{"name": "gun", "state": "down"}]}, "reader gun is down"),
        ({"trouble": "HQ refuses"}, "events don't reach HQ"),
        ({"refused": "too old"}, "what HQ announced is not shown"),
        ({"oldest_waiting_ms": 1}, "for more than 10 minutes though the line is up"),
        ({"catalogue": {"epoch": 0, "n": 0}}, "there is no catalogue yet"),
    ],
)
def test_what_is_not_well_is_named(differs: dict[str, Any], words: str) -> None:
    (told,) = needs({**WELL, **differs}, now=time.time())
    assert words in told
