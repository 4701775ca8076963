"""What people type is in memory, and a crash must not put it on the disk."""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PATTERN = Path("/proc/sys/kernel/core_pattern")
CRASH = "import os; {forbid}; open('started', 'w').close(); os.abort()"
FORBID = "from edge.memory import forbid_core_dumps; forbid_core_dumps()"


def crashed(folder: Path, code: str) -> list[str]:
    """What lies in the folder of a process that crashes where core dumps are allowed."""
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        ["sh", "-c", 'read -r _ && exec "$@"', "sh", sys.executable, "-c", code],
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        text=True,
    ) as process:
        resource.prlimit(process.pid, resource.RLIMIT_CORE, unlimited)
        process.communicate("go\n", timeout=30)
    assert process.returncode == -signal.SIGABRT
    return sorted(path.name.partition(".")[0] for path in folder.iterdir())


def test_a_crash_leaves_no_core(tmp_path: Path) -> None:
    assert crashed(tmp_path, CRASH.format(forbid=FORBID)) == ["started"]


@pytest.mark.skipif(PATTERN.read_text().strip() != "core", reason="this kernel hands core dumps to a program")
def test_it_would_leave_one_otherwise(tmp_path: Path) -> None:
    try:
        assert crashed(tmp_path, CRASH.format(forbid="pass")) == ["core", "started"]
    except (ValueError, PermissionError):
        pytest.skip("the limit on core dumps can't be raised here")


HEAPS = """
import ctypes, threading
from edge.memory import keep_one_arena
{bound}
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
at = []
thread = threading.Thread(target=lambda: at.append(libc.malloc(64)))
thread.start()
thread.join()
low, high = next(
    tuple(int(part, 16) for part in line.split()[0].split("-")) for line in open("/proc/self/maps") if "[heap]" in line
)
print(low <= at[0] < high)
"""


@pytest.mark.parametrize(("bound", "there"), [("keep_one_arena()", "True"), ("", "False")])
def test_all_threads_share_one_heap(bound: str, there: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "MALLOC_ARENA_MAX"}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    ran = [sys.executable, "-c", HEAPS.format(bound=bound)]
    assert subprocess.run(ran, env=environment, capture_output=True, text=True, check=True).stdout.strip() == there
