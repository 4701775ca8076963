"""A machine is known by what its hardware says, and only then by what its card carries."""

from pathlib import Path

import pytest

from edge.store import machine_id
from edge.store.machine import SOURCES, same_machine


def machine(root: Path, **known: str) -> str:
    for name, text in known.items():
        path = root / SOURCES[name]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return machine_id(root)


def test_an_id_is_stable_and_tells_nothing_of_what_it_was_made_from(tmp_path: Path) -> None:
    pi = machine(tmp_path, pi="10000000abcdef01\0", os="0123456789abcdef\n")
    assert pi == machine_id(tmp_path) and "abcdef01" not in pi and "0123456789" not in pi
    assert [part.split(":")[0] for part in pi.split()] == ["pi", "os"]


def test_a_machine_that_says_nothing_has_no_id(tmp_path: Path) -> None:
    assert machine_id(tmp_path) == ""
    assert same_machine("", "os:1") and same_machine("os:1", "")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("pi:1 os:1", "pi:1 os:1", True),
        ("pi:1 os:1", "pi:2 os:1", False),  # a cloned card in another Pi
        ("pi:1 os:1", "pi:1 os:2", True),  # installed anew, the data kept
        ("pi:1 os:1", "os:1", False),  # the card of a Pi in a PC
        ("dmi:1 os:1", "os:1", True),  # only root may read the PC's
        ("dmi:1 os:1", "dmi:2 os:1", False),
        ("os:1", "os:2", False),
        ("dmi:1", "os:1", True),  # nothing to compare by: HQ will notice
    ],
)
def test_the_best_that_both_know_decides(one: str, other: str, same: bool) -> None:
    assert same_machine(one, other) is same
    assert same_machine(other, one) is same


def test_this_machine_has_one() -> None:
    assert same_machine(machine_id(), machine_id())
