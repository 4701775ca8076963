"""A pcscd of its own in a cell without network: `python -m hardware.simulated.pcsc_cell FD SOCKET CONFIG`.

vpcd listens on every interface, so pcscd runs in a network namespace where there is only a loopback; /run is its own
as well, so that it is told apart from the machine's pcscd, and no device of the machine is in reach. Requests come as
packets on the descriptor FD: "start", "kill", "end", "pause", "resume", "dial PORT"; each is answered "ok" or with
what went wrong, "dial" also with the connected socket. It ends when the other side does, and removes SOCKET's folder.
"""

import ctypes
import fcntl
import os
import shutil
import signal
import socket
import struct
import sys
import time
from contextlib import suppress
from pathlib import Path

from hardware.simulated.leash import end_with_parent

NEW_MOUNTS, NEW_USERS, NEW_NETWORK = 0x00020000, 0x10000000, 0x40000000
"""clone(2)."""
RECURSIVE, PRIVATE = 0x4000, 0x40000
"""mount(2)."""
SET_FLAGS, UP = 0x8914, 0x1
"""netdevice(7)."""
PCSCD = "/usr/sbin/pcscd"
LISTENING = 3
"""The first descriptor handed over by sd_listen_fds(3): how systemd starts pcscd, too."""
PATIENCE = 5.0


def enclose() -> None:
    """Enter namespaces of our own; raises OSError where this is not allowed."""
    users = 0 if os.geteuid() == 0 else NEW_USERS
    user, group = os.getuid(), os.getgid()
    _call("unshare", users | NEW_MOUNTS | NEW_NETWORK)
    if users:
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1", encoding="ascii")
    _call("mount", b"none", b"/", None, RECURSIVE | PRIVATE, None)
    for hidden in (Path("/run"), Path("/dev/bus/usb")):
        if hidden.is_dir():
            _call("mount", b"none", bytes(hidden), b"tmpfs", 0, b"mode=755")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sH14x", b"lo", UP))


def _call(name: str, *arguments: object) -> None:
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments):
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")


class Cell:
    """Keeps the pcscd that serves the Unix socket `address` with the readers of the folder `config`."""

    def __init__(self, address: str, config: str) -> None:
        self._address, self._config = address, config
        self._pid = 0

    def do(self, request: str) -> list[int]:
        """Do what is asked; returns the descriptor that goes with the answer, if any. Raises OSError."""
        what, _, port = request.partition(" ")
        if what == "dial":
            return [_dial(int(port))]
        if what == "start":
            self._start()
        elif self._pid:
            self._signal(what)
        return []

    def _start(self) -> None:
        if self._pid:
            return
        with socket.socket(socket.AF_UNIX) as listener:
            Path(self._address).unlink(missing_ok=True)
            listener.bind(self._address)
            listener.listen()
            started, starting = os.pipe()
            cell, self._pid = os.getpid(), os.fork()
            if not self._pid:
                self._become_pcscd(listener.fileno(), cell)
            os.close(starting)
            os.read(started, 1)  # ends when it is pcscd: not before is it on its leash
            os.close(started)

    def _become_pcscd(self, listener: int, cell: int) -> None:
        try:
            end_with_parent(signal.SIGKILL)  # a stopped one would not hear SIGTERM
            if os.getppid() != cell:
                return
            os.dup2(os.open(os.devnull, os.O_RDWR), 1)
            os.dup2(1, 2)
            if listener == LISTENING:
                os.set_inheritable(listener, True)
            else:
                os.dup2(listener, LISTENING)
            handed = {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
            command = ["pcscd", "--foreground", "--config", self._config]
            os.execve(PCSCD, command, {**os.environ, **handed})  # noqa: S606 (no shell is wanted)
        finally:
            os._exit(127)

    def _wait_until_stopped(self) -> None:
        """A signal takes a moment to reach every thread, in which pcscd may still answer."""
        for _ in range(1000):
            if Path(f"/proc/{self._pid}/stat").read_text().rpartition(") ")[2].startswith("T"):
                return
            time.sleep(0.001)

    def _signal(self, what: str) -> None:
        sent = {"kill": signal.SIGKILL, "end": signal.SIGTERM, "pause": signal.SIGSTOP, "resume": signal.SIGCONT}[what]
        os.kill(self._pid, sent)
        if what == "pause":
            self._wait_until_stopped()
        if what in ("kill", "end"):
            os.waitpid(self._pid, 0)
            Path(self._address).unlink(missing_ok=True)
            self._pid = 0


def _dial(port: int) -> int:
    """vpcd listens a moment after pcscd was started."""
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), PATIENCE) as line:
                line.settimeout(None)
                return line.detach()
        except ConnectionRefusedError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.01)


def main() -> None:
    requests = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGTERM, lambda number, frame: requests.shutdown(socket.SHUT_RDWR))  # then there are no more
    end_with_parent()
    cell = Cell(sys.argv[2], sys.argv[3])
    try:
        enclose()
        requests.send(b"ok")
        while request := requests.recv(100).decode():
            _answer(requests, cell, request)
    except OSError as error:  # refused, or the other side is gone
        with suppress(OSError):
            requests.send(str(error).encode())
    finally:
        cell.do("kill")
        shutil.rmtree(Path(sys.argv[2]).parent, ignore_errors=True)


def _answer(requests: socket.socket, cell: Cell, request: str) -> None:
    try:
        handed = cell.do(request)
    except OSError as error:
        requests.send(str(error).encode())
        return
    socket.send_fds(requests, [b"ok"], handed)
    for descriptor in handed:
        os.close(descriptor)


if __name__ == "__main__":
    main()
