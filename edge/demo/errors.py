"""What can go wrong with the demo, in words that say what to do."""


class DemoError(Exception):
    """The demo can't go on; the text names the cause and the fix."""


class PartFailed(DemoError):
    """One of the demo's processes ended, or did not become ready. The text ends with the last lines of its log."""
