"""Regular expressions of the settings: other people's text is held against them, so none may take for ever.

Digits and letters in them (`\\d`, `\\w`) are those of ASCII: "٢" is in no card's number.
"""

import re
import time

FLAGS = re.ASCII
LENGTHS = (*range(8, 40), 256, 512, 1024)
"""An expression that doubles its time with each letter shows it among the first, a cubic one among the last."""
SLOW = 0.05
"""Seconds. A harmless expression takes a thousandth of that for a thousand letters."""
HEAD = re.compile(r"(?:[A-Za-z0-9:/-]|\[[.]\]|\\[./-])*")
"""What an expression begins with before it repeats anything."""


def fits(pattern: str, text: str) -> re.Match[str] | None:
    """The whole of `text` as `pattern` has it, which `fault` has nothing against."""
    return re.fullmatch(pattern, text, FLAGS)


def fault(pattern: str) -> str:
    """What is wrong with `pattern`; "" where nothing is."""
    try:
        compiled = re.compile(pattern, FLAGS)
    except (re.error, ValueError, OverflowError, RecursionError) as error:
        return f"is no regular expression ({error})"
    return (
        "takes ever longer the longer a code is: repeat nothing that is itself repeated" if _is_slow(compiled) else ""
    )


def _is_slow(compiled: re.Pattern[str]) -> bool:
    begin = HEAD.match(compiled.pattern)
    head = re.sub(r"[\[\]\\]", "", begin[0]) if begin else ""
    return any(_grows(compiled, start, letter) for start in {"", head} for letter in "0aA-/ ")


def _grows(compiled: re.Pattern[str], start: str, letter: str) -> bool:
    """Tried on ever longer texts, so that even the worst expression is caught before it hangs."""
    for length in LENGTHS:
        began = time.thread_time()
        compiled.fullmatch(f"{start}{letter * length}\n")
        if time.thread_time() - began > SLOW:
            return True
    return False
