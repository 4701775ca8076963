"""HQ's settings as they are read: the file, and over it the environment (docs/config.md)."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from edge.domain.overrides import overridden
from edge.domain.strict import BadSettingError, read
from hq.config import SETTINGS, Config, WebShop
from hq.config_checks import checked
from hq.coupons.terms import check_coupons
from hq.errors import ConfigError
from hq.points.rates import rates_of


def load(path: Path | None) -> Config:
    """The settings in `path`, the defaults where there is none. Raises ConfigError naming the key and the fix."""
    if path is None:
        return parse("", os.environ)
    try:
        return _beside(path, parse(path.read_text(encoding="utf-8"), os.environ))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} can't be read ({error}). Name another file with --config.") from error


def _beside(path: Path, config: Config) -> Config:
    """Paths in the file are meant from the file's folder."""
    folder = path.resolve().parent
    drops = tuple(replace(drop, path=str(folder / drop.path)) for drop in config.drop)
    hooks = tuple(replace(one, secret_file=str(folder / one.secret_file)) for one in config.webhook)
    mails = tuple(replace(one, secret_file=str(folder / one.secret_file)) for one in config.mailhook)
    webshops = tuple(_with_secret(one, folder) for one in config.webshop)
    theme = str(folder / config.shop.theme) if config.shop.theme else ""
    token = str(folder / config.metrics.token_file) if config.metrics.token_file else ""
    secret = str(folder / config.alarms.secret_file) if config.alarms.secret_file else ""
    alarms = replace(config.alarms, secret_file=secret)
    mail = replace(config.mail, returns=str(folder / config.mail.returns) if config.mail.returns else "")
    shop, metrics = replace(config.shop, theme=theme), replace(config.metrics, token_file=token)
    events = str(folder / config.journeys.events) if config.journeys.events else ""
    journeys = replace(config.journeys, events=events)
    config = replace(
        config, journeys=journeys, alarms=alarms, mail=mail, webhook=hooks, webshop=webshops, mailhook=mails
    )
    return replace(config, drop=drops, shop=shop, metrics=metrics)


def _with_secret(shop: WebShop, folder: Path) -> WebShop:
    return replace(shop, secret_file=str(folder / shop.secret_file)) if shop.secret_file else shop


def parse(text: str, environment: Mapping[str, str] = MappingProxyType({})) -> Config:
    """`environment` wins over `text`. Raises ConfigError for the first thing that is wrong."""
    try:
        table: dict[str, Any] = overridden(Config, tomllib.loads(text), environment, SETTINGS.prefix)
        return _good(read(Config, table))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"The settings are no TOML: {error}.") from error
    except BadSettingError as error:
        raise ConfigError(str(error)) from error


def _good(config: Config) -> Config:
    check_coupons(checked(config))
    rates_of(config)
    return config
