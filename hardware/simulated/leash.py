"""Simulated readers end with who started them: nobody is left to tell them to stop."""

import ctypes
import os
import signal

PR_SET_PDEATHSIG = 1
"""prctl(2)."""


def end_with_parent(how: int = signal.SIGTERM) -> None:
    """Have the kernel send the signal `how` when the parent dies (the thread that started us, strictly)."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, int(how)):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
