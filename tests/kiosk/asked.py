"""HQ as a screen meets it: it answers when the test lets it, or not at all."""

import threading
import time
from collections.abc import Callable
from typing import Any

from edge.codes import CodeRules
from edge.codes.rules import CodeRange
from edge.shop.stations import Alone
from hardware.scan import Scan
from tests.kiosk.aurora import Aurora

BOOT, BOOT_EAN = "RANNIK-AMBER-42", b"9506000100043"
CARD = b"2912345678901"
RULES = CodeRules(ranges=(CodeRange("loyalty", r"29\d{11}"),))
KNOWN = {"known": True, "language": "de"}
SIZES = [{"category": "Shoes", "size": "42"}, {"category": "Clothing", "size": "M"}]


class Hq(Alone):
    """`told`: the answer by kind of question; `answers` is set when it may be given."""

    def __init__(self, aurora: Aurora) -> None:
        vars(aurora.shop.settings).update(code_rules=RULES)
        aurora.shop.outside = self
        self.up, self.answers = True, threading.Event()
        self.told: dict[str, Any] = {"profile": KNOWN, "stock": {"stock": []}}

    def line_up(self) -> bool:
        return self.up

    def ask(self, kind: str, body: dict[str, Any]) -> dict[str, Any] | None:
        assert self.answers.wait(30)
        told: dict[str, Any] | None = self.told[kind]
        return told

    def counts(self, store: str, quantity: int, as_of: int, sku: str = BOOT) -> None:
        one = {"sku": sku, "store": store, "quantity": quantity, "as_of": as_of}
        self.told["stock"] = {"stock": [*self.told["stock"]["stock"], one]}


def boot(aurora: Aurora, station: str = "tablet") -> None:
    aurora.shop.scanned(station, Scan(reader="gun", symbology="ean13", data=BOOT_EAN, at=0))


def card(aurora: Aurora, station: str = "tablet", number: bytes = CARD) -> None:
    aurora.shop.scanned(station, Scan(reader="gun", symbology="ean13", data=number, at=0))


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
