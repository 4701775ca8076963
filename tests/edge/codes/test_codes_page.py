"""docs/codes.md says what the code does."""

import re
import tomllib
from pathlib import Path
from typing import get_args

from edge.codes import CodeRules, Kind, resolve
from edge.config_codes import CodesConfig
from edge.domain.strict import read

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
    rules = read(CodesConfig, tomllib.loads(example[1])["codes"]).rules("EUR")
    assert rules.coupons == CodeRules.coupons
    codes = ("TB-42-BRN", "2912345678901", "2112345005997", "https://shop.example/p/TB-42-BRN?x=1")
    assert [resolve(code, "", rules).kind for code in codes] == ["sku", "loyalty", "rcn", "sku"]
