"""The lock file names packages, not where somebody fetched them from."""

import json
from pathlib import Path

LOCK = json.loads((Path(__file__).parents[2] / "package-lock.json").read_text(encoding="utf-8"))


def test_no_registry_is_named() -> None:
    assert [path for path, package in LOCK["packages"].items() if "resolved" in package] == []


def test_every_package_is_pinned_by_its_content() -> None:
    assert all("integrity" in package for path, package in LOCK["packages"].items() if path)


def test_htmx_is_of_the_second_series() -> None:
    assert LOCK["packages"]["node_modules/htmx.org"]["version"].startswith("2.0.")
