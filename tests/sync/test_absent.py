"""Libraries that are not taken along."""

import sys

import pytest

from sync.absent import absent


def test_inside_the_library_is_not_there_and_afterwards_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "this", raising=False)
    with absent("this"), pytest.raises(ModuleNotFoundError):
        import this  # noqa: F401
    assert "this" not in sys.modules


def test_a_library_that_is_in_use_stays() -> None:
    with absent("json"):
        import json
    assert sys.modules["json"] is json


def test_an_import_that_fails_leaves_nothing_behind() -> None:
    with pytest.raises(ZeroDivisionError), absent("this"):
        raise ZeroDivisionError
    assert "this" not in sys.modules
