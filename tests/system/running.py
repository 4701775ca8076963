"""A demo running as its own process, as `scripts/demo --json` starts it."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.demo.plan import Plan
from edge.demo.process import leashed

TOTE = Path(sys.executable).parent / "tote"
PATIENCE = 90
"""Seconds until everything is ready on a busy machine."""


@dataclass
class Running:
    """`addresses` is what it announced."""

    process: subprocess.Popen[str]
    addresses: dict[str, Any]

    @property
    def plan(self) -> Plan:
        dir = Path(self.addresses["dir"])  # noqa: A001
        return Plan(dir, json.loads((dir / "ports.json").read_text()))

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        """(exit status, what else it said on stdout, stderr)"""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err


def demo(*arguments: object) -> "subprocess.Popen[str]":
    command = [str(TOTE), "demo", *map(str, arguments)]
    return subprocess.Popen(leashed(command), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def start(*arguments: object) -> Running:
    """`tote demo --json`, ready."""
    process = demo("--json", *arguments)
    assert process.stdout
    assert process.stderr
    line = process.stdout.readline()
    assert line, process.stderr.read()
    return Running(process, json.loads(line))


def processes_of(folder: Path) -> list[str]:
    """Command lines of every process that names a folder: what a demo in it left behind."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if str(folder) in command and process.name != str(os.getpid()):
            found.append(command)
    return found
