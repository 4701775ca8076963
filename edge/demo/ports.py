"""Ports for the demo's parts: free ones, and the same again when a folder is used again."""

import json
import socket
from pathlib import Path
from random import SystemRandom

NAMES = ("broker", "smtp", "inbox", "hq", "box", "shelf")
FIRST, LAST = 20000, 32000
"""Below the range from which the kernel takes ports for outgoing connections, so that none of those is in the way."""


def choose(kept: Path) -> dict[str, int]:
    """A port per part. `kept` is the file that remembers them, so that addresses in old mails go on working."""
    try:
        ports = {name: int(port) for name, port in json.loads(kept.read_text()).items()}
    except (OSError, ValueError, AttributeError):
        ports = {}
    if set(ports) != set(NAMES) or not all(is_free(port) for port in ports.values()):
        ports = draw()
    kept.write_text(json.dumps(ports))
    return ports


def draw() -> dict[str, int]:
    numbers = SystemRandom().sample(range(FIRST, LAST), 100)
    free = (number for number in numbers if is_free(number))
    return dict(zip(NAMES, free, strict=False))


def is_free(port: int) -> bool:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def answers(port: int) -> bool:
    """Whether something accepts connections there."""
    with socket.socket() as tried:
        tried.settimeout(0.5)
        return tried.connect_ex(("127.0.0.1", port)) == 0
