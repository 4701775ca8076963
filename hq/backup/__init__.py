"""Backups of HQ, and its way back from one (guarantee 5).

A backup is a folder: the database as one SQLite file, whichever database HQ runs on, so that one of PostgreSQL is
looked through without a server, and one of SQLite can be restored into PostgreSQL; a copy of the journal and of the
keys; and a manifest. It is *verified* when its copy was opened, found whole, and says the same as the snapshot it was
made of. Only verified backups let boxes forget (`trimming`).

`copying` moves rows, `manifest` says what a backup is, `making` and `checking` make and verify one, `restoring` and
`installing` bring HQ back.
"""

from hq.backup.checking import check
from hq.backup.making import make
from hq.backup.restoring import restore

__all__ = ["check", "make", "restore"]
