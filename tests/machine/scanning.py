"""Scans once a second, and prints how many scans the box answered: `python -m tests.machine.scanning PORT`."""

import json
import secrets
import signal
import sys
import time
import urllib.request
from types import FrameType


def stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> None:
    signal.signal(signal.SIGTERM, stop)
    url, answered = f"http://127.0.0.1:{sys.argv[1]}/api/stations/wall/scans", 0
    try:
        while True:
            body = json.dumps({"text": "9506000100012", "id": secrets.token_hex(8)}).encode()
            asked = urllib.request.Request(url, body, {"Content-Type": "application/json"})
            try:
                with urllib.request.urlopen(asked, timeout=5) as answer:
                    answered += answer.status == 200
            except OSError:
                pass
            time.sleep(1)
    except KeyboardInterrupt:
        sys.stdout.write(f"{answered}\n")


if __name__ == "__main__":
    main()
