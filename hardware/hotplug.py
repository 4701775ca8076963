"""udev's word that a device came or went, so that readers which wait look at once instead of when their pause ends.

Only a hint: without udev (in a container, say) readers come back all the same, a few seconds later.
"""

import logging
import threading
from collections.abc import Callable
from typing import Any

log = logging.getLogger(__name__)

SUBSYSTEMS = ("tty", "input", "usb", "hidraw", "video4linux")
LOOK = 0.3
"""Seconds between looks whether to stop."""


class Hotplug:
    """Calls `nudge` on a thread of its own whenever a device of a reader's kind was plugged in or pulled."""

    def __init__(self, nudge: Callable[[], None]) -> None:
        self._nudge = nudge
        self._quit = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hotplug", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End within a second."""
        self._quit.set()
        if self._thread.ident is not None:
            self._thread.join(1.0)

    def _run(self) -> None:
        try:
            monitor = _monitor()
        except Exception as error:  # no libudev, no netlink: whatever it is, readers do without
            log.info("no word of plugs from udev (%s): readers look every few seconds instead", error)
            return
        while not self._quit.is_set():
            try:
                self._look(monitor)
            except Exception as error:  # more came than the kernel keeps (ENOBUFS): a plug may be among what is lost
                log.debug("udev's word was lost", exc_info=error)
                self._quit.wait(LOOK)
                self._nudge()

    def _look(self, monitor: Any) -> None:
        device = monitor.poll(timeout=LOOK)
        if device is not None and device.action in ("add", "remove", "change", "bind"):
            log.debug("udev: %s %s", device.action, device.sys_path)
            self._nudge()


def _monitor() -> Any:
    import pyudev

    monitor = pyudev.Monitor.from_netlink(pyudev.Context())
    for subsystem in SUBSYSTEMS:
        monitor.filter_by(subsystem)
    monitor.start()
    return monitor
