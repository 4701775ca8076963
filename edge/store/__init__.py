"""`store.db`, the precious file of the box: event log, baskets, visits, outbox, receipts and tags' counters."""

from edge.store.database import Database, SchemaTooNewError, StorageError, StorageFullError
from edge.store.log import EventLog
from edge.store.tag_counters import advance

__all__ = ["Database", "EventLog", "SchemaTooNewError", "StorageError", "StorageFullError", "advance"]
