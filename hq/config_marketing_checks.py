"""What the settings of campaigns must be beyond the right kind: each mistake a ConfigError that names the fix."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from hq.config_marketing import SOURCES, TO_AUDIENCE, TO_OWN, TO_SALES, Audiences, Destination
from hq.errors import ConfigError

if TYPE_CHECKING:
    from hq.config import Config

NAME = re.compile(r"[a-z0-9-]{1,32}")
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})


def check_marketing(config: "Config") -> None:
    _own_names([one.name for one in config.audiences], "audiences")
    _own_names([one.name for one in config.destination], "destination")
    for audience in config.audiences:
        _check_audience(audience)
    for destination in config.destination:
        _check_destination(destination, [one.name for one in config.audiences])


def _own_names(names: Sequence[str], key: str) -> None:
    for name in names:
        if not NAME.fullmatch(name):
            raise ConfigError(f"{key}.name must be 1 to 32 of a-z, 0-9 and -, not {name!r}.")
        if names.count(name) > 1:
            raise ConfigError(f"{key}.name: {name!r} is taken. Give each a name of its own.")


def _check_audience(audience: Audiences) -> None:
    if audience.of not in SOURCES:
        raise ConfigError(f"audiences.of: {audience.of!r} is none of {', '.join(SOURCES)}.")
    if not 0 < audience.days <= 36_600 or not 0 <= audience.after_hours < audience.days * 24:
        raise ConfigError("audiences.days must be more than 0 and audiences.after_hours, and at most 36600.")
    if not 0 <= audience.idle_days <= 36_600:
        raise ConfigError(f"audiences.idle_days must lie between 0 and 36600, not {audience.idle_days:g}.")


def _check_destination(one: Destination, audiences: Sequence[str]) -> None:
    where = f"destination {one.name!r}:"
    known = (*TO_AUDIENCE, *TO_OWN, *TO_SALES)
    if one.platform not in known:
        raise ConfigError(f"{where} platform {one.platform!r} is none of {', '.join(known)}.")
    if one.platform in (*TO_AUDIENCE, *TO_OWN) and one.audience not in audiences:
        raise ConfigError(f"{where} audience {one.audience!r} is none of {', '.join(audiences)}.")
    if one.platform in TO_SALES and one.audience:
        raise ConfigError(f"{where} {one.platform} is told of sales, not of an audience. Leave audience out.")
    if one.platform in TO_OWN and not one.url:
        raise ConfigError(f"{where} url is missing: name the address that the list is sent to, with https://.")
    if one.platform not in ("segment", *TO_OWN) and not ID.fullmatch(one.id):
        raise ConfigError(f"{where} id must be what {one.platform} calls it, not {one.id!r}.")
    if one.platform == "google" and not one.account.isdecimal():
        raise ConfigError(f"{where} account must be the advertiser's number, without dashes, not {one.account!r}.")
    if one.platform == "meta-conversions" and not one.site.startswith("https://"):
        raise ConfigError(f"{where} site must be like https://shop.example, not {one.site!r}.")
    if not 0 <= one.every_hours <= 24 * 366:
        raise ConfigError(f"{where} every_hours must lie between 0 and 8784, not {one.every_hours:g}.")
    _check_url(one.url, where)


def _check_url(url: str, where: str) -> None:
    """Nothing of people travels in the clear; a program of this machine may stand before the platform."""
    parts = urlsplit(url)
    if url and parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in THIS_MACHINE):
        raise ConfigError(f"{where} url must begin with https://, not {url!r}.")
