"""What can go wrong at HQ, as one small tree.

HqError                      every error below; its text names the cause and the fix
+-- ConfigError              tote-hq.toml holds an unknown key or a bad value
+-- KeysError                the key files are missing, half there, foreign or readable by others
+-- SchemaError              the database is newer than this program, or not HQ's
+-- JournalError             the journal is damaged, or could not be synced
+-- BackupError              a backup is damaged, or restoring it now would lose something
+-- DamagedVersionError      a version of the catalogue did not come back from the disk as it was built
+-- InputError               a file, an address or an id that an operator gave leads to nothing
|   +-- NotAllowedError      what a file is may not come in this way
+-- BusyError                somebody else is at work on the same; it can be tried again
"""


class HqError(Exception):
    """The base of HQ's errors."""


class ConfigError(HqError):
    pass


class KeysError(HqError):
    pass


class SchemaError(HqError):
    pass


class JournalError(HqError):
    pass


class BackupError(HqError):
    pass


class DamagedVersionError(HqError):
    pass


class InputError(HqError):
    pass


class NotAllowedError(InputError):
    pass


class BusyError(HqError):
    pass
