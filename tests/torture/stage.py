"""One store with all that carries its events: a box, a broker, an HQ. Each can be killed and started again."""

import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.ports import free_port
from tests.torture import box, evidence, traffic, worker
from tests.torture.children import Child, forked, mosquitto, program

DRAINED = 90.0
"""Seconds: what the box has lies at HQ by then, on a busy machine too."""


class Stage:
    """A context manager; `acked` is what the box acknowledged, id by number."""

    def __init__(
        self,
        folder: Path,
        seed: int,
        *,
        store: str = "aurora-tallinn",
        words: tuple[str, ...] = (),
        ports: tuple[int, int, int] | None = None,
        environment: dict[str, str] | None = None,
    ) -> None:
        """`words` go to the box. `ports`: where the broker listens, and where box and HQ look for it. With an
        `environment` the box is a program that is started in it."""
        self.folder, self.store, self._seed, self._words = folder, store, seed, words
        self._environment = environment
        self.hq_folder, self.box_folder = folder / "hq", folder / "box"
        port = free_port()
        self.port, self._box_port, self._hq_port = ports or (port, port, port)
        self.acked: dict[int, str] = {}
        self.heard_at: dict[str, int] = {}
        """When it acknowledged each, by id: milliseconds of the true time."""
        self._checked = 0
        folder.mkdir(parents=True, exist_ok=True)
        self._seal_key = evidence.found(self.hq_folder, store)
        self.start_broker()
        self.start_hq()
        self.start_box()
        self.engine = evidence.engine_of(self.hq_folder)

    def __enter__(self) -> "Stage":
        return self

    def __exit__(self, *_: object) -> None:
        self.engine.dispose()
        self.box.stop()
        self.hq.stop()
        self.broker.kill()
        self.broker.wait()

    # ---- who runs ----------------------------------------------------------------------------------------------------

    def start_broker(self) -> None:
        self.broker: subprocess.Popen[bytes] = mosquitto(self.folder, self.port)
        until(lambda: answers(self.port), "the broker takes connections")

    def kill_broker(self) -> None:
        self.broker.kill()
        self.broker.wait()

    def start_hq(self) -> None:
        address = f"127.0.0.1:{self._hq_port}"
        self.hq: Child = forked(worker.serve, self.hq_folder, address, log=self.folder / "hq.log")
        assert self.hq.hear()["ready"]

    def start_box(self) -> None:
        where, log = (self.box_folder, self.store, f"127.0.0.1:{self._box_port}"), self.folder / "box.log"
        self.box: Child = (
            forked(box.serve, *where, self._words, log=log)
            if self._environment is None
            else program("tests.torture.box", *where, *self._words, log=log, **self._environment)
        )
        ready = self.box.hear()
        self.log_id: str = ready["log"]
        assert ready["head"] >= max(self.acked, default=0), f"the log ends at {ready['head']}, acknowledged was more"

    # ---- what goes on ------------------------------------------------------------------------------------------------

    def happen(self, count: int, *, pause: float = 0.0, sends: float = traffic.SENT) -> None:
        """Tells the box to append `count` more events, one after the other; `acked` learns of them in `heard`."""
        self._seed += 1
        events = traffic.happenings(self._seed, count, store=self.store, seal_key=self._seal_key, sends=sends)
        self.box.tell(append=[vars(event) for event in events], pause=pause)

    def heard(self, answers: list[dict[str, Any]]) -> None:
        now = time.time_ns() // 1_000_000
        for answer in answers:
            if "acked" in answer:
                self.acked[answer["acked"]] = answer["id"]
                self.heard_at[answer["id"]] = now

    def state(self) -> dict[str, Any]:
        """The box's own, after all that it was told before."""
        self.box.tell(state=True)
        while "head" not in (answer := self.box.hear()):
            self.heard([answer])
        return answer

    def drain(self, seconds: float = DRAINED) -> None:
        """Until the box holds a receipt for all it has."""
        until(
            lambda: (state := self.state())["mark"] == state["head"], "the box has its receipt for everything", seconds
        )

    def check(self) -> None:
        """HQ has what was acknowledged since the last check, once and in order."""
        self._checked += evidence.check(self.engine, self.log_id, self.acked, after=self._checked)

    def at_hq(self) -> list[evidence.Kept]:
        return evidence.kept(self.engine, self.log_id)

    def finish(self, control: Path) -> int:
        """Ends box and HQ and compares with an HQ that nobody disturbed. Returns how many events there were."""
        self.drain()
        self.box.stop()
        self.hq.stop()
        found = evidence.check(self.engine, self.log_id, self.acked)
        undisturbed = evidence.undisturbed(control, self.hq_folder, [(self.store, self.box_folder)])
        evidence.agree(evidence.state_of(self.hq_folder), undisturbed)
        return found


def until(true: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
    """Waits for a condition. Raises AssertionError, saying `what` did not come true."""
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.01)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
