"""What browsers open this box under: the names of its settings, its name on the local network, its addresses."""

import array
import fcntl
import socket
import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from ipaddress import IPv6Address, ip_address
from pathlib import Path

from sync.certificates import is_local

SIOCGIFCONF = 0x8912
INTERFACES, ROW = 64, 40
"""Interfaces looked at; octets of a `struct ifreq` on 64 bits."""
IF_INET6 = Path("/proc/net/if_inet6")
ANY = ("", "0.0.0.0", "::")  # noqa: S104  (what a host of the settings may mean)


def names(hosts: Sequence[str], listens: str) -> list[str]:
    """All that an authority of a local network may vouch for, sorted. `listens` is the address that is listened on."""
    own = [f"{socket.gethostname().partition('.')[0].lower()}.local", "localhost", "127.0.0.1", "::1"]
    found = [*own, *(host.lower() for host in hosts), *(_addresses() if listens in ANY else [listens])]
    return sorted(filter(is_local, dict.fromkeys(found)))


def foreign(hosts: Sequence[str]) -> list[str]:
    """Those of the settings for which the shop needs a certificate of its own."""
    return [host for host in hosts if not is_local(host)]


def _addresses() -> Iterator[str]:
    """Without netlink, which the box's sandbox does not let it speak."""
    yield from _of_version_4()
    with suppress(OSError):  # a machine without IPv6
        for line in IF_INET6.read_text().splitlines():
            address = IPv6Address(bytes.fromhex(line.split()[0]))
            if not address.is_link_local:
                yield str(address)


def _of_version_4() -> Iterator[str]:
    rows = array.array("B", bytes(INTERFACES * ROW))
    asked = struct.pack("iL", len(rows), rows.buffer_info()[0])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_:
        (used,) = struct.unpack("i", fcntl.ioctl(any_.fileno(), SIOCGIFCONF, asked)[:4])
    for start in range(0, used, ROW):
        yield str(ip_address(rows[start + 20 : start + 24].tobytes()))
