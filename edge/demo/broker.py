"""The demo's broker: Mosquitto, or amqtt where Mosquitto is not installed. It is a wire and keeps nothing."""

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from edge.demo.errors import DemoError
from edge.demo.ports import answers
from edge.demo.process import Part

KINDS = ("mosquitto", "amqtt")

MOSQUITTO = """\
listener {port} 127.0.0.1
allow_anonymous true
persistence false
set_tcp_nodelay true
max_queued_messages 1000
log_dest stderr
{user}"""
USER = "user root\n"
"""Where root starts it: by changing its user Mosquitto would slip the leash, and outlive a demo that was killed."""

AMQTT = """\
listeners:
  default:
    type: tcp
    bind: 127.0.0.1:{port}
plugins:
  amqtt.plugins.authentication.AnonymousAuthPlugin:
    allow_anonymous: true
"""


def broker(folder: Path, logs: Path, port: int, kind: str = "") -> Part:
    """The broker as a part; `kind` is one of `KINDS`, or "" for the best that is installed."""
    kind = kind or ("mosquitto" if mosquitto() else "amqtt")
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / f"{kind}.conf"
    user = USER if os.geteuid() == 0 else ""
    config.write_text((MOSQUITTO if kind == "mosquitto" else AMQTT).format(port=port, user=user))
    return Part("broker", command(kind, config), logs, ready=accepting(port, kind))


def command(kind: str, config: Path) -> Sequence[str]:
    if kind == "amqtt":
        return [sys.executable, "-m", "amqtt.scripts.broker_script", "-c", str(config)]
    program = mosquitto()
    if not program:
        raise DemoError("Mosquitto is not installed: apt-get install mosquitto, or leave --broker out to use amqtt")
    return [program, "-c", str(config)]


def mosquitto() -> str | None:
    """Where it is: Debian keeps it in /usr/sbin, which is not on every user's PATH."""
    return shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def accepting(port: int, kind: str) -> Any:
    """Ready when connections are taken."""
    return lambda part: {"port": port, "kind": kind} if answers(port) else None
