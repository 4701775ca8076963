"""Processes to be killed: children of this one, ended by their id, and by themselves when this one dies.

Boxes and workers are forked from a process that has imported everything (`multiprocessing`'s fork server), so that a
start takes a few hundredths of a second; under other clocks or strace they are started as programs.
"""

import json
import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import IO, Any

from edge.demo import broker as brokers
from edge.demo.process import leashed
from tests.torture.results import ROOT

PATIENCE = 60.0
"""Seconds for an answer on a busy machine."""
_forks = get_context("forkserver")
_forks.set_forkserver_preload(
    ["tests.torture.box", "tests.torture.catalogue", "tests.torture.worker", "alembic.command", "hq.store.migrate"]
)
_starting = threading.Lock()


class Gone(Exception):
    """The process ended instead of answering."""


class Child:
    """A process that is told JSON lines and says JSON lines."""

    def __init__(self, process: Any, told: IO[str], said: IO[str]) -> None:
        """`process` has `pid`, `kill()` and a way to wait, as both `subprocess` and `multiprocessing` have."""
        self._process, self._told = process, told
        self._answers: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, args=(said,), daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return int(self._process.pid)

    def tell(self, **what: Any) -> None:
        """A process that was killed hears nothing."""
        with suppress(OSError, ValueError):
            self._told.write(json.dumps(what) + "\n")
            self._told.flush()

    def hear(self, patience: float = PATIENCE) -> dict[str, Any]:
        """The next line it says. Raises `Gone` when it ended, `AssertionError` when it is silent for too long."""
        try:
            answer = self._answers.get(timeout=patience)
        except queue.Empty:
            raise AssertionError(f"process {self.pid} said nothing for {patience:.0f} s") from None
        if answer is None:
            self._answers.put(None)
            raise Gone
        return answer

    def rest(self) -> list[dict[str, Any]]:
        """What it still says until it ends."""
        answers = []
        with suppress(Gone):
            while True:
                answers.append(self.hear())
        return answers

    def kill(self) -> None:
        """kill -9, and wait for its end."""
        self._process.kill()
        self._wait()
        with suppress(OSError, ValueError):  # what it was not told any more
            self._told.close()

    def stop(self) -> None:
        """Closes its stdin, after which it ends by itself; kills it when it does not."""
        with suppress(OSError, ValueError):
            self._told.close()
        with suppress(Exception):
            self._wait(10)
        self.kill()

    def _wait(self, seconds: float = PATIENCE) -> None:
        wait = self._process.wait if isinstance(self._process, subprocess.Popen) else self._process.join
        wait(seconds)
        self._reader.join(seconds)

    def _read(self, said: IO[str]) -> None:
        with suppress(OSError, ValueError), said:
            for line in said:
                if line.endswith("\n"):  # one that was torn by the kill was never said
                    self._answers.put(json.loads(line))
        self._answers.put(None)


def forked(serve: Callable[..., None], *arguments: Any, log: Path) -> Child:
    """`serve(stdin, stdout, *arguments)` in a process of its own."""
    (hears, tells), (says, said) = _forks.Pipe(duplex=False), _forks.Pipe(duplex=False)
    told, heard = os.fdopen(os.dup(tells.fileno()), "w"), os.fdopen(os.dup(says.fileno()))
    process = _forks.Process(target=_run, args=(serve, hears, said, log, arguments), daemon=True)
    with _starting:
        process.start()
    for end in (hears, tells, says, said):
        end.close()
    return Child(process, told, heard)


def _run(serve: Callable[..., None], hears: Any, said: Any, log: Path, arguments: tuple[Any, ...]) -> None:
    logging.basicConfig(filename=log, level=logging.INFO, force=True)
    with os.fdopen(os.dup(hears.fileno())) as told, os.fdopen(os.dup(said.fileno()), "w") as say:
        hears.close()
        said.close()
        with suppress(BrokenPipeError):
            serve(told, say, *arguments)


def program(*arguments: object, log: Path, before: Sequence[str] = (), **environment: str) -> Child:
    """`python -m ...` with more in its environment, behind such a command as strace."""
    command = [*before, sys.executable, "-m", *map(str, arguments)]
    with log.open("ab") as errors:
        process = subprocess.Popen(
            leashed(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=ROOT,
            env={**os.environ, **environment},
        )
    assert process.stdin and process.stdout
    return Child(process, process.stdin, process.stdout)


def mosquitto(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """A real broker, as the demo configures it; it is not up yet."""
    config = folder / "mosquitto.conf"
    config.write_text(brokers.MOSQUITTO.format(port=port, user=brokers.USER if os.geteuid() == 0 else ""))
    with (folder / "broker.log").open("ab") as log:
        return subprocess.Popen(leashed([*brokers.command("mosquitto", config)]), stdout=log, stderr=log)
