"""What is asked of the services that run."""

import json
import time
import urllib.request
from collections.abc import Callable
from typing import Any

PATIENCE = 240.0


def until(true: Callable[[], object], what: str, *, pause: float = 0.3) -> None:
    ends = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < ends, f"not within {PATIENCE:g} s: {what}"
        time.sleep(pause)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def post(url: str, body: dict[str, Any]) -> None:
    asked = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        assert answer.status == 200, answer.status
