"""The networks this machine is in: its own addresses, and whether somebody asks from one of them.

Read without netlink, which the box's sandbox does not let it speak.
"""

import array
import fcntl
import socket
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from ipaddress import IPv4Interface, IPv6Interface, ip_address, ip_interface, ip_network
from pathlib import Path
from time import monotonic

SIOCGIFCONF, SIOCGIFNETMASK = 0x8912, 0x891B
INTERFACES, ROW, NAME = 64, 40, 16
"""Interfaces looked at; octets of a `struct ifreq` on 64 bits, and of the name it begins with."""
IF_INET6 = Path("/proc/net/if_inet6")
FRESH = 60.0
"""Seconds until the interfaces are looked at again."""
Interface = IPv4Interface | IPv6Interface


def interfaces() -> list[Interface]:
    """Each address with the network it is in; those of a link alone (`fe80::`) left out."""
    return [*_of_version_4(), *_of_version_6()]


class Networks:
    """Whether an address is of the networks this machine is in, or of those that the settings name beside them."""

    def __init__(self, named: Sequence[str] = (), now: Callable[[], float] = monotonic) -> None:
        """`named` as in the settings, "10.1.0.0/16"."""
        self._named, self._now = [ip_network(one, strict=False) for one in named], now
        self._own: list[Interface] = []
        self._looked = now() - FRESH

    def hold(self, address: str) -> bool:
        """What is no address at all is nowhere else: a proxy on this machine, or a socket of it."""
        try:
            asked = ip_address(address.partition("%")[0])
        except ValueError:
            return True
        mapped = getattr(asked, "ipv4_mapped", None)  # IPv4 that came over a socket of IPv6
        asked = mapped or asked
        if asked.is_loopback or asked.is_link_local:
            return True
        if self._now() - self._looked >= FRESH:
            self._own, self._looked = interfaces(), self._now()
        known = [*self._named, *(one.network for one in self._own)]
        return any(asked in network for network in known if network.version == asked.version)


def _of_version_4() -> Iterator[IPv4Interface]:
    rows = array.array("B", bytes(INTERFACES * ROW))
    asked = struct.pack("iL", len(rows), rows.buffer_info()[0])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_:
        (used,) = struct.unpack("i", fcntl.ioctl(any_.fileno(), SIOCGIFCONF, asked)[:4])
        for start in range(0, used, ROW):
            name, address = rows[start : start + NAME].tobytes(), rows[start + 20 : start + 24].tobytes()
            with suppress(OSError):  # it went away this moment
                told = fcntl.ioctl(any_.fileno(), SIOCGIFNETMASK, name.ljust(ROW, b"\0"))
                yield IPv4Interface(f"{ip_address(address)}/{ip_address(told[20:24])}")


def _of_version_6() -> Iterator[IPv6Interface]:
    with suppress(OSError):  # a machine without IPv6
        for line in IF_INET6.read_text().splitlines():
            address, _, length = line.split()[:3]
            found = ip_interface((bytes.fromhex(address), int(length, 16)))
            if isinstance(found, IPv6Interface) and not found.is_link_local:
                yield found
