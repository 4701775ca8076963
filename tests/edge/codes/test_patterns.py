"""Expressions of the settings that other people's text could make take for ever."""

import time

import pytest

from edge.codes import CodeRules
from edge.codes.patterns import fault


@pytest.mark.parametrize(
    "pattern",
    [
        r"(\d+)+x",
        r"29(\d+)*x",
        r"https://shop[.]example/p/(?P<sku>([A-Za-z]+)+)\d",
        r"(a|a)*b",
        r"(\w|\w\w)+-",
        r"\d*\d*\d*\d*x",
        r"(.*)*x",
    ],
)
def test_what_would_hang_the_box_is_found_at_once(pattern: str) -> None:
    began = time.process_time()
    assert "ever longer" in fault(pattern)
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    "pattern",
    [
        CodeRules.sku,
        r"29\d{11}",
        r"[A-Z]{2}-\d{2}-[A-Z]{3}",
        "https://shop[.]example/p/(?P<sku>[^/?#]+).*",
        r"(?:\d+-)*\d+",
        ".*",
    ],
)
def test_what_shops_write_is_taken(pattern: str) -> None:
    assert fault(pattern) == ""


@pytest.mark.parametrize("pattern", ["(", "(?u)x", "a{99999999999999999999}", "(" * 2000 + ")" * 2000])
def test_what_is_none_is_said_to_be_none(pattern: str) -> None:
    assert "no regular expression" in fault(pattern)
