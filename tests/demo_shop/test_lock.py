"""The lock file names packages, not where somebody fetched them from."""

import json
from pathlib import Path
from urllib.parse import urlsplit

LOCK = json.loads((Path(__file__).parents[2] / "package-lock.json").read_text(encoding="utf-8"))


def test_no_other_registry_than_the_public_one_is_named() -> None:
    hosts = {urlsplit(package["resolved"]).hostname for package in LOCK["packages"].values() if "resolved" in package}
    assert hosts <= {"registry.npmjs.org"}


def test_every_package_is_pinned_by_its_content() -> None:
    assert all("integrity" in package for path, package in LOCK["packages"].items() if path)


def test_htmx_is_of_the_second_series() -> None:
    assert LOCK["packages"]["node_modules/htmx.org"]["version"].startswith("2.0.")
