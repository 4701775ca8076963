"""What a box asks of its memory: to leave no trace on the disk, and not to spread.

Memory holds what the disk must not: an address that somebody is typing, keys. A crash must not write it down.

The units say so too (`LimitCORE=0`), but a box is also started by hand; and a kernel that hands cores to a program
(systemd-coredump, apport) does not look at that limit, while a process that is not dumpable has no core at all.
"""

import ctypes
import logging
import os
import resource

M_ARENA_MAX = -8
"""<malloc.h>"""
log = logging.getLogger(__name__)

PR_SET_DUMPABLE = 4
"""<linux/prctl.h>. It also keeps other processes of the same user from reading this one's memory."""


def forbid_core_dumps() -> None:
    """Of this process, for as long as it lives; a program it starts decides for itself."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0):
        log.warning("a core dump could not be ruled out: %s", os.strerror(ctypes.get_errno()))


def keep_one_arena() -> None:
    """glibc gives a process with many threads up to eight heaps a core, of which each keeps what was freed in it: a
    long day at the screens then grows by what lies idle in all of them. Before the first thread is started."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None or not mallopt(M_ARENA_MAX, 1):
        log.info("the number of heaps could not be bounded")
