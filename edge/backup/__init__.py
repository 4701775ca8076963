"""Backups of a box, and a new box made from one.

A backup is one file: the store's database as of one moment, the list of staff and the settings, packed and encrypted.
Its key is drawn anew each time and sealed to HQ, so whoever finds the file, or the box, reads nothing of it; HQ tells
the key to the box of the same store alone. Certificates and keys of the line are not in it: a new box is enrolled.
Neither are catalogue and pictures, which it fetches.

A database that is put back is older than what HQ heard from this store, so it goes on under a log id of its own: what
HQ lacks is appended there again, and what it has stays in the log before.

`packing` encrypts, `making` takes and `unpacking` verifies a backup, `restoring` puts one back.
"""

from edge.backup.errors import BackupError
from edge.backup.making import folder_of, last, make
from edge.backup.restoring import Restored, restore

__all__ = ["BackupError", "Restored", "folder_of", "last", "make", "restore"]
