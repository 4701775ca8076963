"""`store.db`, the precious file of the box: event log, baskets, visits, outbox and receipts."""

from edge.store.database import Database, SchemaTooNewError, StorageError, StorageFullError
from edge.store.log import EventLog

__all__ = ["Database", "EventLog", "SchemaTooNewError", "StorageError", "StorageFullError"]
