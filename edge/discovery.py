"""The box says on the local network that it is there (mDNS and DNS-SD: RFC 6762, 6763), so that tablets find it.

What it says everybody in the shop may know: that it is Tote, which store, at which port, and whether by https. A name
of its own, `tote-<store>.local`, leads to it whatever its address is today.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from edge.networks import interfaces

if TYPE_CHECKING:
    from zeroconf import ServiceInfo, Zeroconf

log = logging.getLogger(__name__)

SERVICE = "_tote._tcp.local."
LOOK = 60.0
"""Seconds between looks whether the addresses are still the same."""


def own_addresses() -> list[str]:
    """IPv4, of every network but this machine's own."""
    return [str(one.ip) for one in interfaces() if one.version == 4 and not one.ip.is_loopback]


class Announcer:
    """Announces from `start` to `stop`, on a thread of its own. Without a network it waits for one."""

    def __init__(
        self,
        store: str,
        *,
        host: str,
        port: Callable[[], int],
        https: bool,
        addresses: Callable[[], Sequence[str]] = own_addresses,
        look: float = LOOK,
    ) -> None:
        """`host` is the name that leads to this box, without a dot at its end."""
        self._store, self._host, self._port, self._https = store, host, port, https
        self._addresses, self._look = addresses, look
        self._stopping = threading.Event()
        self._told: tuple[Zeroconf, ServiceInfo] | None = None
        self._at: Sequence[str] = ()
        self._thread = threading.Thread(target=self._run, name="discovery", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Says goodbye, so that nobody looks for it here any more."""
        self._stopping.set()
        self._thread.join(timeout=3)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._keep_told()
            except (
                Exception
            ) as error:  # another responder holds the port, the network went: the next look may do better
                log.warning("tablets can't find this box by its name just now: %s", error)
                self._end()
            self._stopping.wait(self._look)
        self._end()

    def _keep_told(self) -> None:
        now = sorted(self._addresses())
        if now == self._at and (self._told or not now):
            return
        self._end()
        if now:
            self._tell(now)
        self._at = now

    def _tell(self, addresses: Sequence[str]) -> None:
        from zeroconf import ServiceInfo, Zeroconf  # takes its time, and a box that only serves itself needs none

        info = ServiceInfo(
            SERVICE,
            f"Tote {self._store}.{SERVICE}",
            port=self._port(),
            properties=said(self._store, https=self._https),
            server=f"{self._host}.",
            parsed_addresses=list(addresses),
        )
        speaker = Zeroconf(interfaces=list(addresses))
        self._told = speaker, info
        speaker.register_service(info, allow_name_change=True)
        log.info("tablets find this box as %s", self._host)

    def _end(self) -> None:
        told, self._told, self._at = self._told, None, ()
        if told:
            speaker, _ = told
            speaker.close()  # with a goodbye for each service


def said(store: str, *, https: bool) -> dict[str, Any]:
    """All that is announced beside name, port and addresses."""
    return {"store": store, "https": "1" if https else "0", "path": "/"}
