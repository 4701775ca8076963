"""The other end of `control`: owns the simulated readers of a folder and does what it is asked."""

import base64
import binascii
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingUnixStreamServer
from types import TracebackType
from typing import Any, Self, TypeVar

from hardware.errors import ControlError, HardwareError
from hardware.simulated.control import SOCKET, address
from hardware.simulated.pn532 import Pn532
from hardware.simulated.serial_scanner import SerialScanner
from hardware.simulated.tags import MifareClassic, Tag
from hardware.simulated.writable_tags import Ntag

Device = TypeVar("Device")

UID = bytes.fromhex("04A1B2C3D4E5F6")
SMALL, LARGE = 130, 860
"""Octets of a message that fit on an NTAG213, and on an NTAG216, which longer ones come on."""
FOREIGN_UID = bytes.fromhex("8D57C478")


class Bench:
    """The simulated readers by name, each at `folder`/name."""

    def __init__(self, folder: str | Path, *, scanners: Iterable[str] = (), chips: Iterable[str] = ()) -> None:
        self._leaving = threading.Event()
        self._scanners = {name: SerialScanner(Path(folder, name)) for name in scanners}
        self._chips = {name: Pn532(Path(folder, name)) for name in chips}
        self._turns = {name: threading.Lock() for name in self._chips}

    def close(self) -> None:
        self._leaving.set()
        for device in (*self._scanners.values(), *self._chips.values()):
            device.unplug()

    def do(self, request: dict[str, Any], done: Callable[[], None]) -> None:
        """Do what is asked and call `done`; for taps that is while the tag is still held. Raises HardwareError."""
        what, name = request["do"], request["reader"]
        if what == "type":
            _named(self._scanners, name, "scanner").type(base64.b64decode(request["data"], validate=True))
        elif what in ("unplug", "replug"):
            getattr(_named({**self._scanners, **self._chips}, name, "reader"), what)()
        else:
            _named(self._chips, name, "chip")
            self._hold(name, list(_tags(request)), float(request.get("seconds", 0.6)), done)
            return
        done()

    def _hold(self, name: str, tags: list[Tag], seconds: float, done: Callable[[], None]) -> None:
        chip = self._chips[name]
        with self._turns[name]:
            try:
                for tag in tags:
                    chip.put(tag)
                done()
                self._leaving.wait(seconds)
            finally:
                chip.take()


def _named(devices: Mapping[str, Device], name: str, kind: str) -> Device:
    if name not in devices:
        raise ControlError(f"no simulated {kind} {name!r}; there are: {', '.join(sorted(devices)) or 'none'}")
    return devices[name]


def _tags(request: dict[str, Any]) -> Iterable[Tag]:
    what, uid = request["do"], bytes.fromhex(request.get("uid", ""))
    if what not in ("tap", "tap-two", "tap-foreign"):
        raise ControlError(f"cannot do {what!r}: type, tap, tap-two, tap-foreign, unplug or replug")
    if what != "tap":
        yield MifareClassic(uid if what == "tap-foreign" and uid else FOREIGN_UID)
    if what != "tap-foreign":
        message = base64.b64decode(request["ndef"], validate=True)
        if len(message) > LARGE:
            raise ControlError(f"a tag holds no {len(message)} octets: at most {LARGE}")
        yield Ntag(213 if len(message) < SMALL else 216, message, uid or UID)


class _Handler(StreamRequestHandler):
    server: "ControlServer"
    timeout = 10.0

    def handle(self) -> None:
        try:
            self.server.bench.do(json.loads(self.rfile.readline()), lambda: self._answer({"ok": True}))
        except HardwareError as error:
            self._answer({"error": str(error)})
        except KeyError as error:
            self._answer({"error": f"the request lacks {error}"})
        except (ValueError, TypeError, AttributeError, binascii.Error) as error:
            self._answer({"error": f"not a request: {error}"})

    def _answer(self, answer: dict[str, object]) -> None:
        self.wfile.write(json.dumps(answer).encode() + b"\n")
        self.wfile.flush()


class ControlServer(ThreadingUnixStreamServer):
    """Listens in `folder` until the end of its `with`."""

    def __init__(self, folder: str | Path, bench: Bench) -> None:
        self.bench, self._socket = bench, Path(folder, SOCKET)
        self._socket.unlink(missing_ok=True)
        with address(folder) as where:
            super().__init__(where, _Handler)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.1,), name="simulated-readers", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bench.close()
        self.shutdown()
        self._thread.join()
        self.server_close()
        self._socket.unlink(missing_ok=True)
