"""docs/codes.md says what the code does."""

import re
import tomllib
from pathlib import Path
from typing import get_args

from edge.codes import CodeRange, Kind, RcnRule, resolve

PAGE = (Path(__file__).parents[3] / "docs" / "codes.md").read_text(encoding="utf-8")


def test_every_kind_is_on_the_page() -> None:
    table = PAGE.split("## Kinds")[1].split("## ")[0]
    named = {
        kind for row in re.findall(r"^\| (`[^|]*) \|", table, re.MULTILINE) for kind in re.findall("`([^`]+)`", row)
    }
    assert named == set(get_args(Kind))


def test_the_examples_are_of_the_kind_they_stand_by() -> None:
    table = PAGE.split("## Kinds")[1].split("## ")[0]
    for kinds, examples in re.findall(r"^\| (`[^|]*) \| ([^|]*) \|", table, re.MULTILINE):
        whole = [code for code in re.findall("`([^`]+)`", examples) if "…" not in code and "[[" not in code]
        for code in whole:
            assert resolve(code).kind in kinds, code


def test_the_settings_on_the_page_can_be_used() -> None:
    example = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert example
    codes = tomllib.loads(example[1])["codes"]
    assert re.fullmatch(codes["sku"], "TB-42-BRN")
    assert [CodeRange(**card).holds("2912345678901") for card in codes["range"]] == [True]
    assert [RcnRule(**rule).prefix for rule in codes["rcn"]] == ["21"]
