"""The simulated PC/SC reader leaves nothing behind and is on no network."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from hardware.simulated.pcsc import PORT
from tests.hardware.rigs.nfc_pcsc import running

HOLDER = """
import sys, time
from hardware.simulated.pcsc import Pcscd, place
pcscd = Pcscd()
if sys.argv[1] == "stopped":
    pcscd.pause()
print(place(), flush=True)
time.sleep(60)
"""


def test_pcscd_ends_with_who_started_it_even_if_it_was_stopped() -> None:
    running().close()  # or skip
    for state in ("running", "stopped"):
        holder = subprocess.Popen([sys.executable, "-c", HOLDER, state], stdout=subprocess.PIPE, text=True)
        with holder:
            assert holder.stdout
            folder = Path(holder.stdout.readline().strip())
            assert folder.is_dir()
            family = _descendants(holder.pid)
            assert len(family) == 2
            os.kill(holder.pid, signal.SIGKILL)
        _wait_until_gone(family)
        assert not folder.exists()


def test_it_listens_on_no_network_of_this_machine() -> None:
    with running():
        sockets = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
        listening = {local for _, local, _, state, *_ in sockets if state == "0A"}
        assert not [local for local in listening if local.endswith(f":{PORT:04X}")]


def _descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [one for child in map(int, children) for one in (child, *_descendants(child))]


def _wait_until_gone(pids: list[int]) -> None:
    give_up = time.monotonic() + 5
    while any(_is_running(pid) for pid in pids):
        assert time.monotonic() < give_up, pids
        time.sleep(0.02)


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
