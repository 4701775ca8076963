"""The scenarios by name."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.torture.report import Report

NAMES = (
    "kill_box",
    "kill_hq",
    "kill_worker",
    "kill_broker",
    "power_cut",
    "delivered_thrice",
    "offline_week",
    "half_open",
    "full_disk",
    "catalogue",
    "eio",
    "bit_flips",
    "malformed",
    "clocks",
    "simulation",
    "steal",
)
"""In the order of the table in docs/reliability.md. Each is a module of this folder."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    name: str
    what: str
    short: int
    long: int
    chunk: int
    """Rounds of the long form that are done before results are written."""
    run: Callable[[int, int, Report, Path], None]


def load(name: str) -> Scenario:
    """Raises ImportError for a name without a module."""
    module: Any = import_module(f"{__package__}.{name}")
    assert name == module.NAME, f"{module.__name__}.NAME is {module.NAME!r}"
    return Scenario(
        name=name,
        what=module.__doc__.splitlines()[0],
        short=module.SHORT,
        long=module.LONG,
        chunk=getattr(module, "CHUNK", max(1, module.LONG // 20)),
        run=module.run,
    )


def names() -> list[str]:
    """Those that are there."""
    return [name for name in NAMES if find_spec(f"{__package__}.{name}")]
