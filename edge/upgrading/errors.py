"""What can be wrong with an upgrade."""


class UpgradeError(Exception):
    """It can't be begun or gone on with; `str()` says what to do."""
