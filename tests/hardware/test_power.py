"""Cutting a reader's current by GPIO: the calls libgpiod gets, there being no line to switch here."""

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from hardware.errors import HardwareError, MissingLibrary
from hardware.power import GpioSwitch, switch_of


class Request:
    def __init__(self, log: list[object]) -> None:
        self._log = log

    def __enter__(self) -> "Request":
        return self

    def __exit__(self, *_: object) -> None:
        self._log.append("released")

    def set_value(self, line: int, value: object) -> None:
        self._log.append((line, value))


@pytest.fixture
def gpio(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What is asked of the lines."""
    asked: list[object] = []

    def request_lines(chip: str, consumer: str, config: dict[int, Any]) -> Request:
        if chip == "/dev/absent":
            raise FileNotFoundError(2, "No such file or directory")
        asked.append((chip, {line: (s.output_value, s.active_low) for line, s in config.items()}))
        return Request(asked)

    module, lines = ModuleType("gpiod"), ModuleType("gpiod.line")
    lines.Direction = SimpleNamespace(OUTPUT="output")  # type: ignore[attr-defined]
    lines.Value = SimpleNamespace(ACTIVE="active", INACTIVE="inactive")  # type: ignore[attr-defined]
    module.line, module.LineSettings, module.request_lines = lines, SimpleNamespace, request_lines  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "gpiod", module)
    monkeypatch.setitem(sys.modules, "gpiod.line", lines)
    return asked


def test_the_current_is_cut_and_given_back(gpio: list[object]) -> None:
    switch = switch_of({"line": 17, "off": 0.01, "active_low": True})
    assert switch is not None
    switch.cycle()
    assert gpio == [("/dev/gpiochip0", {17: ("active", True)}), (17, "inactive"), "released"]


def test_a_line_that_cannot_be_had_is_a_clear_error(gpio: list[object]) -> None:
    with pytest.raises(HardwareError, match=r"GPIO line 4 of /dev/absent can't be switched .*group gpio"):
        GpioSwitch(chip="/dev/absent", line=4).cycle()


def test_without_the_library_the_fix_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gpiod", None)
    with pytest.raises(MissingLibrary, match=r"tote\[gpio\]"):
        GpioSwitch(line=4).cycle()


def test_the_real_library_has_what_is_called() -> None:
    gpiod = pytest.importorskip("gpiod", reason="gpiod is not installed")
    gpiod.LineSettings(direction=gpiod.line.Direction.OUTPUT, active_low=True, output_value=gpiod.line.Value.ACTIVE)
    with pytest.raises(HardwareError):
        GpioSwitch(chip="/dev/absent", line=4).cycle()
