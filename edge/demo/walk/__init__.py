"""`tote demo --walk`: one shopper's whole journey through a running demo, step by step.

It reaches every part from outside, as people and devices do: bytes and tags at the readers, the screens over HTTP,
mails out of the inbox, HQ by its program. The same journey in a real browser is `tests/system/test_journey.py`.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import requests
from rich.console import Console
from rich.table import Table
from rich.text import Text

from edge.demo.errors import DemoError
from edge.demo.plan import Plan
from edge.demo.walk import at_home, in_the_shop, marketing, off_line, trouble
from edge.demo.walk.journey import Journey
from hardware.errors import HardwareError

Step = Callable[[Journey], str]
"""Does one thing and says in a few words what came of it. The first line of its docstring is what it proves."""

STEPS: tuple[Step, ...] = (
    in_the_shop.scan,
    in_the_shop.choose_size,
    in_the_shop.tap,
    in_the_shop.search,
    in_the_shop.photograph,
    in_the_shop.new_price,
    trouble.bad_codes,
    trouble.bad_tags,
    trouble.bad_address,
    off_line.pull,
    off_line.send,
    off_line.mend,
    at_home.mail,
    at_home.profile,
    at_home.basket_page,
    marketing.explain,
    marketing.buy,
    marketing.unsubscribe,
)


@dataclass(frozen=True)
class Done:
    """How a step went: its name, how long it took, what came of it, or why it failed."""

    step: str
    ms: int
    words: str
    ok: bool


class Walk:
    """Runs the steps in order and stops at the first that fails. `console` is None for silence."""

    def __init__(self, plan: Plan, console: Console | None = None, steps: Sequence[Step] = STEPS) -> None:
        self._plan, self._console, self._steps = plan, console, steps
        self.done: list[Done] = []

    @property
    def ok(self) -> bool:
        return len(self.done) == len(self._steps) and all(done.ok for done in self.done)

    def run(self) -> None:
        try:
            with Journey(self._plan) as journey:
                for step in self._steps:
                    self._tell(self._do(step, journey))
                    if not self.done[-1].ok:
                        return
        except (DemoError, requests.RequestException) as error:
            self._tell(Done("Open the screens", 0, str(error), ok=False))

    def report(self) -> dict[str, Any]:
        steps = [{"step": done.step, "ms": done.ms, "ok": done.ok, "words": done.words} for done in self.done]
        return {"ok": self.ok, "ms": sum(done.ms for done in self.done), "steps": steps}

    def _do(self, step: Step, journey: Journey) -> Done:
        name, began = title(step), time.monotonic()
        try:
            words, ok = step(journey), True
        except (DemoError, HardwareError, requests.RequestException, LookupError, ValueError) as error:
            words, ok = f"{error}" if isinstance(error, DemoError) else f"{type(error).__name__}: {error}", False
        return Done(name, round((time.monotonic() - began) * 1000), words, ok)

    def _tell(self, done: Done) -> None:
        self.done.append(done)
        if self._console is None:
            return
        line = Table.grid(padding=(0, 1))
        line.add_column(width=8, justify="right")
        line.add_column()
        line.add_row(Text(f"{done.ms} ms", "dim"), Text(done.step, "" if done.ok else "bold red"))
        line.add_row(
            Text("✓", "green") if done.ok else Text("✗", "bold red"), Text(done.words, "dim" if done.ok else "red")
        )
        self._console.print(line)


def title(step: Step) -> str:
    return (step.__doc__ or step.__name__).strip().splitlines()[0]
