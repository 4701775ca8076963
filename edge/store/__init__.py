"""`store.db`, the precious file of the box: event log, baskets, visits, outbox, receipts and tags' counters."""

import edge.sqlite  # noqa: F401  (first)
from edge.store.announced import announced, note_announced
from edge.store.database import Database
from edge.store.errors import DamagedError, SchemaTooNewError, StorageError, StorageFailedError, StorageFullError
from edge.store.log import EventLog
from edge.store.log_verifying import Ended, Verdict
from edge.store.machine import machine_id
from edge.store.salvage import open_store
from edge.store.tag_counters import advance

__all__ = [
    "DamagedError",
    "Database",
    "Ended",
    "EventLog",
    "SchemaTooNewError",
    "StorageError",
    "StorageFailedError",
    "StorageFullError",
    "Verdict",
    "advance",
    "announced",
    "machine_id",
    "note_announced",
    "open_store",
]
