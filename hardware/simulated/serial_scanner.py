"""A barcode scanner in serial mode."""

from pathlib import Path

from hardware.simulated.pty_port import Pluggable, PtyPort


class SerialScanner(Pluggable):
    """Types what it is told into its port; plugged in from the start. Close it, or use it in a `with`."""

    def __init__(self, link: str | Path | None = None) -> None:
        self._port = PtyPort(link)
        self._port.plug()

    @property
    def path(self) -> str:
        """What a driver opens; stable over `replug` only with a `link`."""
        return self._port.path

    def type(self, octets: bytes) -> None:
        """Send `octets` as they are, the suffix included; raises `DeviceLost` while unplugged."""
        self._port.write(octets)

    def unplug(self) -> None:
        self._port.unplug()

    def replug(self) -> None:
        self._port.plug()
