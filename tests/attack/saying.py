"""What a program of the siege says to who started it: JSON, a line each."""

import json
import sys
from typing import Any


def say(what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()
