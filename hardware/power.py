"""Cutting a wedged reader's current, where a shop has wired it to a GPIO line (a MOSFET or relay in its supply)."""

import logging
import math
import time
from collections import deque
from collections.abc import Mapping
from typing import Any, Protocol

from hardware.errors import BadOption, HardwareError

log = logging.getLogger(__name__)

STUBBORN = 3
"""Failures within a minute after which opening the device anew is not thought to help."""
MINUTE = 60.0
REST = 30.0
"""Seconds between two cuts: a reader needs a while to start, and an absent one is not cured by them."""


LONGEST = 10.0
"""Seconds a current may be cut."""


class PowerSwitch(Protocol):
    def cycle(self) -> None:
        """Cut the current and give it back; raises `HardwareError` where that can't be done."""


class GpioSwitch:
    """`line` of the GPIO chip at `chip` cuts the current while it is high (low, where `active_low`), for `off`
    seconds. Through libgpiod 2, so without root where the user is in the group gpio."""

    def __init__(self, *, chip: str = "/dev/gpiochip0", line: int, active_low: bool = False, off: float = 1.0) -> None:
        self._chip, self._line, self._active_low, self._off = chip, line, active_low, off

    def cycle(self) -> None:
        gpiod = _library()
        settings = gpiod.LineSettings(
            direction=gpiod.line.Direction.OUTPUT,
            active_low=self._active_low,
            output_value=gpiod.line.Value.ACTIVE,
        )
        try:
            with gpiod.request_lines(self._chip, consumer="tote", config={self._line: settings}) as request:
                time.sleep(self._off)
                request.set_value(self._line, gpiod.line.Value.INACTIVE)
        except OSError as error:
            raise HardwareError(
                f"GPIO line {self._line} of {self._chip} can't be switched ({error.strerror or error}): "
                "correct `power`, or add this user to the group gpio"
            ) from error


class Restarts:
    """Decides when a cut is due: at the `STUBBORN`th failure within a minute, and not twice within `REST` seconds."""

    def __init__(self, switch: PowerSwitch) -> None:
        self._switch, self._last = switch, -math.inf
        self._failures: deque[float] = deque(maxlen=STUBBORN)

    def failed(self, name: str) -> None:
        now = time.monotonic()
        self._failures.append(now)
        is_stubborn = len(self._failures) == STUBBORN and now - self._failures[0] < MINUTE
        if is_stubborn and now - self._last > REST:
            self._failures.clear()
            self._last = now
            self._cut(name)

    def _cut(self, name: str) -> None:
        log.warning("reader %s stays down: its current is cut and given back", name)
        try:
            self._switch.cycle()
        except HardwareError as error:
            log.error("reader %s: %s", name, error)
        except Exception:  # of a library's own kind: the reader must not die of its switch
            log.exception("reader %s: its current can't be cut", name)


def switch_of(table: object) -> GpioSwitch | None:
    """The switch that a reader's `power` table describes, `{line = 17}`; None without one; raises `BadOption`."""
    if table is None:
        return None
    known: dict[str, type | tuple[type, ...]] = {"chip": str, "line": int, "active_low": bool, "off": (int, float)}
    if not isinstance(table, Mapping) or "line" not in table:
        raise BadOption("power must be a table with the GPIO line, such as power = { line = 17 }")
    for key, value in table.items():
        if key not in known or not isinstance(value, known[key]) or (key == "line" and isinstance(value, bool)):
            raise BadOption(f"power.{key} is unknown or has a wrong value: it takes {', '.join(known)}")
    if not 0 <= table.get("off", 1.0) <= LONGEST:
        raise BadOption(f"power.off must be seconds from 0 to {LONGEST:g}")
    return GpioSwitch(**table)


def _library() -> Any:
    try:
        import gpiod
        import gpiod.line
    except ImportError as error:
        from hardware.drivers import missing

        raise missing("cutting a reader's current", error) from error
    return gpiod
