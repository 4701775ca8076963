"""How tests are shared out over processes; and Debian's Chromium, once in each: Playwright can't be started twice."""

import gc
import os
from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from nacl.pwhash import argon2id
from playwright.sync_api import Browser, expect, sync_playwright
from werkzeug.routing import Rule

from edge.staff import pins
from hq.accounts import passwords

pytest_plugins = ("tests.databases",)
CHROMIUM = "/usr/bin/chromium"
LEAN = "/usr/bin/chromium-headless-shell"
"""The same without a window system, where it is installed: no cameras and no policies, and a third cheaper."""
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]


SLOW = ("system", "torture", "checks", "guarantees")
"""Folders in which single tests take long: they come first, or the last of them would run while all else is done."""
APART = ("torture", "system")
"""Folders whose tests share nothing that is dear to make: each goes alone."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file stays together, for its fixtures' sake; but of the suite of drivers each driver goes alone, and so does
    what runs whole programs."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item)))
    items.sort(key=lambda item: _place(item.path.parts))
    begin = next((at for at, item in enumerate(items) if _place(item.path.parts) == len(SLOW)), len(items))
    items[begin:] = _by_turns(items[begin:])


def pytest_collection_finish() -> None:
    """Thousands of tests stay to the end: to look through all they hold takes a third of a second each time."""
    gc.collect()
    gc.freeze()


def _group(item: pytest.Item) -> str:
    if "demo" in getattr(item, "fixturenames", ()):
        return "demo"  # one for all of them: it runs for as long as its tests do
    if item.path.parent.name in APART:
        return item.nodeid
    parameters = getattr(item, "callspec", None)
    rig = parameters and (parameters.params.get("rig") or parameters.params.get("rigs"))
    return f"{item.path}{rig.__name__ if rig else ''}"


def _place(parts: tuple[str, ...]) -> int:
    return next((place for place, folder in enumerate(SLOW) if folder in parts), len(SLOW))


def _by_turns(items: list[pytest.Item]) -> list[pytest.Item]:
    """One group of the drivers' tests, which mostly wait for devices, and one of the others, which compute."""
    drivers, others = dict[str, list[pytest.Item]](), dict[str, list[pytest.Item]]()
    for item in items:
        those = drivers if "hardware" in item.path.parts else others
        those.setdefault(_group(item), []).append(item)
    pairs = zip_longest(drivers.values(), others.values(), fillvalue=[])
    return [item for pair in pairs for group in pair for item in group]


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes() -> Iterator[None]:
    """A PIN or a password costs a tenth of a second and 64 MiB on purpose, and tests type hundreds."""
    with pytest.MonkeyPatch.context() as patch:
        for keeper in (pins, passwords):
            patch.setattr(keeper, "OPERATIONS", argon2id.OPSLIMIT_MIN)
            patch.setattr(keeper, "MEMORY", argon2id.MEMLIMIT_MIN)
        yield


class Compiled(BytecodeCache):
    """Templates, compiled once: each test has an app of its own, and most of its first page is spent on compiling."""

    def __init__(self) -> None:
        self._codes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self._codes.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """Likewise what builds the address of a route, which Werkzeug compiles for each of some eighty."""
    builders: dict[object, Callable[..., Any]] = {}
    compile_builder = Rule._compile_builder

    def builder(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
        key = (tuple(rule._trace), append_unknown, repr(rule.defaults))
        if key not in builders:
            builders[key] = compile_builder(rule, append_unknown)
        return builders[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", Flask.jinja_options | {"bytecode_cache": Compiled()})
        patch.setattr(Rule, "_compile_builder", builder)
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        playwright.selectors.set_test_id_attribute("data-test")
        browser = playwright.chromium.launch(executable_path=LEAN if Path(LEAN).exists() else CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
