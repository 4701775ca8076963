"""The example of docs/api.md runs as it stands there."""

import re
from pathlib import Path

import pytest

from tests.kiosk.aurora import Aurora

PAGE = Path(__file__).parents[3] / "docs" / "api.md"


def test_the_example_shops(aurora: Aurora, box: str, capsys: pytest.CaptureFixture[str]) -> None:
    aurora.shop.pairing.required = True
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    names = {"TOKEN": aurora.shop.pairing.issue("tablet"), "BOX": box, "STORE": "aurora-tallinn"}
    exec(code, names)
    assert re.fullmatch(r"Rannik hiking boot in size 42: \d+ here\n1 line in the basket\n", capsys.readouterr().out)
    assert "LineAdded" in aurora.kinds()
    assert aurora.shop.visit("tablet") is None
