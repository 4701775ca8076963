"""What can be wrong with a backup."""


class BackupError(Exception):
    """It can't be made, read or put back; `str()` says what to do."""
