"""`store.db`, the precious file of the box: event log, baskets, visits, outbox, receipts and tags' counters."""

import edge.sqlite  # noqa: F401  (first)
from edge.store.announced import announced, note_announced
from edge.store.database import Database
from edge.store.errors import DamagedError, SchemaTooNewError, StorageError, StorageFailedError, StorageFullError
from edge.store.log import EventLog
from edge.store.log_lives import Draw
from edge.store.log_starting import restart
from edge.store.log_verifying import Ended, Verdict
from edge.store.machine import machine_id
from edge.store.salvage import RESTORED, finish_replacing, open_store
from edge.store.tag_counters import advance

__all__ = [
    "RESTORED",
    "DamagedError",
    "Database",
    "Draw",
    "Ended",
    "EventLog",
    "SchemaTooNewError",
    "StorageError",
    "StorageFailedError",
    "StorageFullError",
    "Verdict",
    "advance",
    "announced",
    "finish_replacing",
    "machine_id",
    "note_announced",
    "open_store",
    "restart",
]
