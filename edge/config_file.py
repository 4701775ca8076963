"""A box's settings as they are read: the file, and over it the environment (docs/config.md)."""

import logging
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from edge.codes import CodeRules
from edge.config import SETTINGS, Config, ConfigError
from edge.config_checks import problems
from edge.config_codes import CodesConfig
from edge.config_tags import secure_tags
from edge.domain.overrides import overridden
from edge.domain.strict import BadSettingError, read

log = logging.getLogger(__name__)

OTHERS_READ = 0o004


@dataclass(frozen=True, kw_only=True)
class _Codes:
    """The part of the settings that says what codes mean."""

    currency: str = Config.currency
    codes: CodesConfig = field(default_factory=CodesConfig)
    others: dict[str, object] = field(default_factory=dict)


def load(path: Path) -> Config:
    """Raises ConfigError."""
    try:
        config = parse(path.read_text(encoding="utf-8"), os.environ)
        if config.secure_tag and path.stat().st_mode & OTHERS_READ:
            log.warning("%s holds keys and may be read by everybody: chmod 640, for root and the group tote", path)
        return config
    except OSError as error:
        fix = "name the settings with --config, or run `tote demo` to try Tote without any"
        raise ConfigError(f"{path} can't be read ({error.strerror}): {fix}.") from error
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error


def load_rules(path: Path) -> CodeRules:
    """What codes mean by the `[codes]` of a file, which need hold nothing else. Raises ConfigError."""
    try:
        part = read(_Codes, tomllib.loads(path.read_text(encoding="utf-8")), rest="others")
        return part.codes.rules(part.currency)
    except OSError as error:
        raise ConfigError(f"{path} can't be read ({error.strerror}): name a file with a [codes] table.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: this is no TOML: {error}.") from error
    except BadSettingError as error:
        raise ConfigError(f"{path}: {error}") from error


def parse(text: str, environment: Mapping[str, str] = MappingProxyType({})) -> Config:
    """`environment` wins over `text`. Raises ConfigError for the first thing that is wrong."""
    config = readable(text, environment)
    for problem in problems(config):
        raise ConfigError(problem)
    return config


def readable(text: str, environment: Mapping[str, str]) -> Config:
    """Every value is of the right kind; whether all makes sense is still to be asked. Raises ConfigError."""
    try:
        table: dict[str, Any] = overridden(Config, tomllib.loads(text), environment, SETTINGS.prefix)
        config = read(Config, table)
        config.rules  # noqa: B018  (raises BadSettingError)
        secure_tags(config.secure_tag)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"this is no TOML: {error}.") from error
    except BadSettingError as error:
        raise ConfigError(str(error)) from error
    return config
