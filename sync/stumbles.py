"""Something that failed and is tried again: how often in a row, and when it is to be told to people."""

SHOWN = 3
"""Times in a row after which it is no passing trouble any more."""
LONGEST = 300.0
"""Seconds between tries at most."""
LONGEST_WORDS = 300
"""Characters of an error that are told."""


class Stumbles:
    """Of one thing that is tried again."""

    def __init__(self) -> None:
        self.times = 0
        self._last = ""

    def again(self, error: Exception) -> None:
        self.times += 1
        self._last = (str(error) or type(error).__name__)[:LONGEST_WORDS]

    def over(self) -> None:
        """It went well."""
        self.times, self._last = 0, ""

    @property
    def words(self) -> str:
        """What went wrong last, "" unless it does so again and again."""
        return self._last if self.times >= SHOWN else ""

    @property
    def pause(self) -> float:
        """Seconds until the next try: none at first, since a try may find mended what the one before it found."""
        return min(2.0**self.times, LONGEST) if self.times >= SHOWN else 0.0
