"""The box's end of everything secure: the line to the broker, and HQ's web, by one floor of time."""

import logging
from collections.abc import Callable
from pathlib import Path

import requests

from edge.clock import Floor
from edge.config import Config, ConfigError
from edge.https import session, web_trust
from sync.tls import Trust, trust

log = logging.getLogger(__name__)

OTHERS = 0o077
NEXT = ".next"
"""Beside a file: what takes its place."""


def floor_of(folder: Path) -> Floor:
    """The floor that is remembered in the data folder."""
    return Floor(folder / "heard")


def line_trust(config: Config, floor: Floor) -> Trust | None:
    """None where the settings speak in the open. Raises ConfigError where a file is missing or no good."""
    if not config.hq.tls:
        return None
    ca, certificate, key = config.line_files
    try:
        settle(certificate, key)
        if key.stat().st_mode & OTHERS:
            raise ConfigError(f"{key} can be read by others: chmod 600 {key}")
        return trust(floor, ca=ca, certificate=certificate, key=key)
    except OSError as error:
        fix = "enrol the box: tote enrol --hq URL --code CODE, with a code of `tote-hq enrol`"
        raise ConfigError(f"the secure line can't be opened ({error}): {fix}") from error


def settle(certificate: Path, key: Path) -> None:
    """Finishes a rotation: once the new certificate is there whole, it and its key take the place of the old ones."""
    fresh, private = (path.with_name(path.name + NEXT) for path in (certificate, key))
    if not fresh.exists():
        private.unlink(missing_ok=True)
        return
    if private.exists():
        private.replace(key)
    fresh.replace(certificate)


def web(config: Config, floor: Floor) -> Callable[[], requests.Session]:
    """Sessions to HQ's web. Raises ConfigError."""
    ca = config.line_files[0] if config.hq.tls else None
    try:
        context = web_trust(floor, ca)
    except OSError as error:
        raise ConfigError(f"{ca} can't be read ({error}): enrol the box again") from error
    return lambda: session(context)
