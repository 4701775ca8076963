"""The errors whose text names the cause and the fix: shown without a traceback."""

import sqlite3

from edge.backup.errors import BackupError
from edge.catalogue import CatalogueError
from edge.config import ConfigError
from edge.shop.errors import ShopError
from edge.staff import BadPinError, RosterError
from edge.store import StorageError
from edge.upgrading.errors import UpgradeError
from hardware.errors import HardwareError


class BoxError(Exception):
    """The running box could not be asked."""


class OutputError(Exception):
    """A file that was asked for can't be written."""


class LanguageError(Exception):
    """The catalogue is not in that language."""


FRIENDLY = (
    BackupError,
    UpgradeError,
    ConfigError,
    CatalogueError,
    StorageError,
    RosterError,
    ShopError,
    BadPinError,
    HardwareError,
    sqlite3.Error,
    BoxError,
    OutputError,
    LanguageError,
    FileNotFoundError,
)
