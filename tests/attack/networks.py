"""A store's network on one machine: three network namespaces on a bridge in the first (ip-netns(8), veth(4))."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from shutil import which

from tests.torture.report import Skipped

BOX, SHOPPER, ATTACKER = "10.87.64.1", "10.87.64.2", "10.87.64.66"


@dataclass(frozen=True)
class Networks:
    """Names of the namespaces, each with its address."""

    box: str
    shopper: str
    attacker: str


def within(namespace: str) -> Sequence[str]:
    """What stands before a command that is to run there."""
    return ("ip", "netns", "exec", namespace)


@contextmanager
def networks() -> Iterator[Networks]:
    """Gone afterwards, with all that was configured in them. Raises Skipped where they can't be made."""
    if os.geteuid() != 0:
        raise Skipped("network namespaces take root")
    if not which("ip"):
        raise Skipped("ip is missing: apt-get install iproute2")
    made = Networks(*(f"tote-{os.getpid()}-{name}" for name in ("box", "shopper", "attacker")))
    with ExitStack() as stack:
        for name in (made.box, made.shopper, made.attacker):
            _ip("netns", "add", name)
            stack.callback(_ip, "netns", "del", name)
        _ip("-n", made.box, "link", "add", "shop", "type", "bridge")
        _ip("-n", made.box, "addr", "add", f"{BOX}/24", "dev", "shop")
        for link in ("shop", "lo"):
            _ip("-n", made.box, "link", "set", link, "up")
        for name, address in ((made.shopper, SHOPPER), (made.attacker, ATTACKER)):
            _joined(made.box, name, address)
        yield made


def _joined(box: str, name: str, address: str) -> None:
    port = f"to-{address.rpartition('.')[2]}"
    _ip("-n", box, "link", "add", port, "type", "veth", "peer", "name", "shop", "netns", name)
    _ip("-n", box, "link", "set", port, "master", "shop", "up")
    _ip("-n", name, "addr", "add", f"{address}/24", "dev", "shop")
    _ip("-n", name, "link", "set", "shop", "up")


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False, timeout=20)
    if done.returncode:
        raise Skipped(f"ip {' '.join(words)}: {done.stderr.strip()}")
