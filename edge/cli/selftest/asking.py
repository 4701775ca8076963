"""Asking for the codes of the sheet one by one, with the configured reader opened by ourselves."""

import select
import sys
import time
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher

from edge.cli.errors import BoxError
from edge.cli.options import say_json
from edge.cli.selftest.answers import Answer, Finding
from edge.cli.selftest.codes import CODES, TestCode
from edge.cli.selftest.diagnosis import diagnose
from edge.cli.status import ask as status_of
from edge.config import Config, ReaderConfig
from hardware import drivers
from hardware.drivers import Driver
from hardware.errors import HardwareError
from hardware.scan import ReaderEvent

RUNNING = "the box is running here and holds {!r} for itself: `systemctl stop tote`, test, and `systemctl start tote`"
LAID = "lay the sheet before the scanner; Enter skips a code, Ctrl+C ends"
ALIKE, UNLIKE = 0.8, 0.5
"""Shares of characters in common, of which a reading is taken for another code than the one asked for."""
SCANNERS = ("barcode_hid", "barcode_serial", "camera")


def examine_scanner(config: Config, name: str, *, wait: float, as_json: bool) -> list[Finding]:
    """Ask for every code, `wait` seconds each; raises `BoxError` where the reader can't be had."""
    reader = next((reader for reader in config.reader if reader.name == name), None)
    if reader is None:
        named = ", ".join(sorted(reader.name for reader in config.reader)) or "none"
        raise BoxError(f"the settings name no reader {name!r}; there are: {named}")
    if reader.driver not in SCANNERS:
        raise BoxError(f"{name!r} is driven by {reader.driver}: the sheet is for {', '.join(SCANNERS)}")
    say = _say_json if as_json else _say_words
    answers = _opened(reader, config, lambda driver: Asking(driver, say, wait=wait, keys=not as_json).all())
    is_wedge = reader.driver == "barcode_hid"
    layout = str(reader.options.get("layout", "us")) if is_wedge else None
    return diagnose(answers, layout=layout, inverted=reader.options.get("inverted") is True)


def _opened(reader: ReaderConfig, config: Config, work: Callable[[Driver], list[Answer]]) -> list[Answer]:
    """Do `work` with the open reader; where it can't be opened because the box has it, say that."""
    driver = drivers.made(reader.driver, reader.name, reader.options)
    try:
        driver.__enter__()
    except (HardwareError, OSError) as error:
        if _box_runs(config):
            raise BoxError(RUNNING.format(reader.name)) from error
        raise BoxError(f"{reader.name!r} can't be opened: {error}") from error
    try:
        return work(driver)
    except OSError as error:
        raise BoxError(f"{reader.name!r} went away: {error}") from error
    finally:
        driver.__exit__(None, None, None)


def _box_runs(config: Config) -> bool:
    try:
        status_of(f"http://127.0.0.1:{config.screen.port}")
    except BoxError:
        return False
    return True


class Asking:
    """Asks for the codes in order; one that is scanned out of turn is taken for what it is, if it arrives right."""

    def __init__(
        self,
        driver: Driver,
        say: Callable[[TestCode, Answer | None], None],
        *,
        wait: float,
        keys: bool = False,
        codes: tuple[TestCode, ...] = CODES,
    ) -> None:
        self._driver, self._say, self._wait, self._keys, self._codes = driver, say, wait, keys, codes
        self._arrived: dict[str, list[str]] = {code.id: [] for code in codes}
        self._torn: set[str] = set()

    def all(self) -> list[Answer]:
        """Every code's answer, in the order of the sheet."""
        for code in self._codes:
            self._say(code, None)
            if not self._arrived[code.id]:
                self._one(code)
            self._say(code, self._answer(code))
        return [self._answer(code) for code in self._codes]

    def _one(self, code: TestCode) -> None:
        until = time.monotonic() + self._wait
        while len(self._arrived[code.id]) < code.times and time.monotonic() < until:
            for event in self._driver.poll(0.1):
                self._take(event, code)
            if self._keys and _entered():
                return

    def _take(self, event: ReaderEvent, asked: TestCode) -> None:
        octets = event.scan.data if event.scan else event.raw
        if event.kind not in ("scan", "partial") or not octets:
            return
        text = octets.decode("utf-8", "backslashreplace")
        code = meant(text, asked, self._codes)
        self._arrived[code.id].append(text)
        if event.reason == "barcode-torn":
            self._torn.add(code.id)

    def _answer(self, code: TestCode) -> Answer:
        return Answer(code=code, arrived=tuple(self._arrived[code.id]), torn=code.id in self._torn)


def meant(text: str, asked: TestCode, codes: tuple[TestCode, ...]) -> TestCode:
    """The code that was scanned: what arrives right is known; what does not is the one asked for, unless it is much
    more like another."""
    if right := [code for code in codes if Answer(code=code, arrived=(text,)).is_right]:
        return asked if asked in right else right[0]
    alike = {code: SequenceMatcher(None, text, code.data).ratio() for code in codes}
    best = max(codes, key=lambda code: (alike[code], code == asked))
    return best if alike[best] >= ALIKE and alike[asked] < UNLIKE else asked


def _entered() -> bool:
    """Enter was pressed in the terminal."""
    if not sys.stdin.isatty() or not select.select([sys.stdin], [], [], 0)[0]:
        return False
    sys.stdin.readline()
    return True


def _say_words(code: TestCode, answer: Answer | None) -> None:
    number = CODES.index(code) + 1
    if answer is None:
        if number == 1:
            print(f"{LAID}\n")
        print(f"{number:>2}  {code.title:<32}", end="", flush=True)
    else:
        print(" ".join(_words(answer)))


def _words(answer: Answer) -> Iterator[str]:
    if not answer.arrived:
        yield "skipped"
    elif answer.is_right:
        yield "ok"
    else:
        yield f"WRONG: {answer.text!r} arrived"


def _say_json(code: TestCode, answer: Answer | None) -> None:
    if answer is not None:
        right = answer.is_right if answer.arrived else None
        say_json({"code": code.id, "expected": code.data, "arrived": list(answer.arrived), "ok": right})
