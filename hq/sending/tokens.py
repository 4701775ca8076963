"""The token of a destination: from the environment, a file, or a command that prints it. It stands in no log."""

import os
import shlex
import subprocess
from pathlib import Path

from hq.config_marketing import Destination
from hq.sending.posting import NotSent

PREFIX = "TOTEHQ_TOKEN_"
SECONDS = 30


def variable(name: str) -> str:
    return PREFIX + name.upper().replace("-", "_")


def token(destination: Destination) -> str:
    """Raises NotSent."""
    found = os.environ.get(variable(destination.name), "") or _written(destination)
    if not found.strip():
        where = f"destination.token_file, destination.token_command or {variable(destination.name)}"
        raise NotSent(f"{destination.name} has no token. Set {where}.")
    return found.strip()


def _written(destination: Destination) -> str:
    if destination.token_command:
        return _printed(destination)
    if not destination.token_file:
        return ""
    try:
        return Path(destination.token_file).read_text(encoding="utf-8")
    except OSError as error:
        raise NotSent(f"the token of {destination.name} can't be read: {error.strerror}") from error


def _printed(destination: Destination) -> str:
    try:
        done = subprocess.run(
            shlex.split(destination.token_command), capture_output=True, text=True, timeout=SECONDS, check=True
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise NotSent(f"the command for the token of {destination.name} fails: {type(error).__name__}") from None
    return done.stdout
