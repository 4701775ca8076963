"""`tote demo` ends when it is told to, even where the interrupt itself was lost."""

import argparse
from types import SimpleNamespace
from typing import Any

from edge.cli.demo import play


def test_the_loop_ends_though_what_the_handler_raised_was_swallowed() -> None:
    told: list[int] = []

    def tend() -> None:
        assert not told, "it goes on"
        told.append(2)

    demo: Any = SimpleNamespace(
        start=lambda: None, tend=tend, check=lambda: None, plan=SimpleNamespace(announcement=lambda: {"ready": True})
    )
    assert play(demo, argparse.Namespace(walk=False, json=True), told) == 0
