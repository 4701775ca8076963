"""What browsers open this box under: the names of its settings, its name on the local network, its addresses."""

import socket
from collections.abc import Sequence

from edge.networks import interfaces
from sync.certificates import is_local

ANY = ("", "0.0.0.0", "::")  # noqa: S104  (what a host of the settings may mean)


def names(hosts: Sequence[str], listens: str) -> list[str]:
    """All that an authority of a local network may vouch for, sorted. `listens` is the address that is listened on."""
    own = [f"{socket.gethostname().partition('.')[0].lower()}.local", "localhost", "127.0.0.1", "::1"]
    found = [*own, *(host.lower() for host in hosts), *(_own() if listens in ANY else [listens])]
    return sorted(filter(is_local, dict.fromkeys(found)))


def foreign(hosts: Sequence[str]) -> list[str]:
    """Those of the settings for which the shop needs a certificate of its own."""
    return [host for host in hosts if not is_local(host)]


def _own() -> list[str]:
    return [str(one.ip) for one in interfaces()]
