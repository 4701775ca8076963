"""How a box carries out what HQ asks of it (`edge.actions`): which part of it does what."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from edge.actions import CannotError, Carry, NotNowError, restart_browser
from edge.config import Config
from edge.domain.directives import FetchAgain, RestartBrowser, RotateKeys, SendBundle
from edge.feeds import CatalogueFeed
from edge.shop import Shop
from sync.line import Line
from sync.service import BoxSync
from sync.tls import Trust

FETCHING = 900.0
"""Seconds that a catalogue may take to come once more."""


def carried(
    config: Config,
    shop: Shop,
    feed: CatalogueFeed,
    sync: BoxSync,
    line: Line,
    *,
    trust: Trust | None,
    web: Callable[[], requests.Session],
    bundle: Callable[[Path], None] | None,
) -> dict[type, Carry]:
    """By kind. `web` opens a session to HQ's web, `bundle` writes what support needs to know into a file."""

    def restart(asked: RestartBrowser) -> None:
        shop.reloading.ask(asked.station)
        if not asked.station:
            restart_browser()

    def fetch(_asked: FetchAgain) -> None:
        if not sync.line_up:
            raise NotNowError("there is no line to HQ")
        if not feed.fetch_again(FETCHING):
            why = feed.problem or "HQ announced no version"
            raise CannotError(f"it did not come within {FETCHING / 60:.0f} minutes: {why}")

    def send(asked: SendBundle) -> None:
        from edge.bundling import send_bundle  # `cryptography`, as below: a box on its own never loads it

        send_bundle(config, asked.action, bundle, web)

    def rotate(_asked: RotateKeys) -> None:
        from edge.rotating import rotate_keys

        def ask(kind: str, body: dict[str, Any], seconds: float) -> dict[str, Any] | None:
            return sync.ask(kind, body, seconds)

        rotate_keys(config, trust, ask, line.reconnect)

    return {RestartBrowser: restart, FetchAgain: fetch, SendBundle: send, RotateKeys: rotate}
