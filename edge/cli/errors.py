"""The errors whose text names the cause and the fix: shown without a traceback."""

import sqlite3

import requests

from edge.catalogue import CatalogueError
from edge.config import ConfigError
from edge.store import StorageError
from hardware.errors import HardwareError

FRIENDLY = (
    ConfigError,
    CatalogueError,
    StorageError,
    HardwareError,
    sqlite3.Error,
    requests.RequestException,
    FileNotFoundError,
)
