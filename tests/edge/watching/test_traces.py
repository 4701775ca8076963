"""One id leads from the reader to the receipt, in the fields of the log lines, and nothing of what was scanned."""

import json
import logging
import queue
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.logs import JsonLines
from edge.shop.screens import Article
from edge.watching.traces import MOST, Traces
from hardware.scan import Scan
from sync.codec import Receipt
from tests.edge.watching.a_box import running, scan

CARD = Scan(reader="gun", symbology="code128", data=b"2912345678901", at=1.0)


class Lines(logging.Handler):
    """Every line as the journal would get it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.lines: queue.SimpleQueue[str] = queue.SimpleQueue()

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.put(self.format(record))

    def told(self) -> list[dict[str, object]]:
        found = []
        while not self.lines.empty():
            found.append(json.loads(self.lines.get().partition(">")[2]))
        return found


@pytest.fixture
def lines() -> Iterator[Lines]:
    handler, root = Lines(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)


def receipt(n: int, log: str = "a") -> Receipt:
    return Receipt(log=log, n=n, hash="", instance="", epoch=1)


def test_the_same_id_stands_in_every_line_from_reader_to_receipt(lines: Lines) -> None:
    traces = Traces()
    with traces.following("wall", CARD):
        traces.recorded(lambda: ("a", 7))
        logging.getLogger("elsewhere").warning("something odd")
        traces.answered(Article(sku="TENT"), 0.0123)
    traces.receipted(receipt(6))
    traces.receipted(receipt(9))
    told = lines.told()
    (scan_id,) = {str(line["scan"]) for line in told}
    assert len(scan_id) == 16
    assert [line["message"] for line in told] == [
        "a reader read something",
        "the scan is recorded",
        "something odd",
        "the scan is answered",
        "HQ has the scan",
    ]
    assert told[0] | {"station": "wall", "reader": "gun", "symbology": "code128"} == told[0]
    assert (told[3]["outcome"], told[3]["ms"]) == ("article", 12.3)
    assert (told[4]["log"], told[4]["n"]) == ("a", 7)
    assert "2912345678901" not in json.dumps(told)


def test_two_scans_have_two_ids_and_a_receipt_of_another_log_confirms_neither(lines: Lines) -> None:
    traces = Traces()
    for n in (1, 2):
        with traces.following("wall", CARD):
            traces.recorded(lambda n=n: ("a", n))  # type: ignore[misc]
    traces.receipted(receipt(5, log="b"))
    assert len({line["scan"] for line in lines.told()}) == 2
    traces.receipted(receipt(5))
    assert [line["n"] for line in lines.told()] == [1, 2]
    traces.receipted(receipt(5))
    assert lines.told() == []


def test_outside_a_scan_nothing_is_followed_and_the_log_is_not_asked() -> None:
    Traces().recorded(lambda: pytest.fail("asked"))


def test_of_a_line_that_is_down_for_long_no_more_than_the_latest_are_followed() -> None:
    traces = Traces()
    logging.getLogger("edge.watching.traces").disabled = True
    try:
        with traces.following("wall", CARD):
            for n in range(MOST + 5):
                traces.recorded(lambda n=n: ("a", n))  # type: ignore[misc]
    finally:
        logging.getLogger("edge.watching.traces").disabled = False
    assert len(traces._waiting) == MOST


def test_a_box_tells_the_way_of_a_scan(tmp_path: Path, lines: Lines) -> None:
    with running(tmp_path) as box:
        lines.told()
        scan(box, "9506000134352")
        told = [line for line in lines.told() if "scan" in line]
        confirmed = Receipt(log=box._log.log_id, n=box._log.head(), hash="", instance="", epoch=1)
        box._receipted(confirmed)
        told += [line for line in lines.told() if "scan" in line]
    assert len({line["scan"] for line in told}) == 1
    assert [line["message"] for line in told] == [
        "a reader read something",
        "the scan is recorded",
        "the scan is answered",
        "HQ has the scan",
    ]
    assert told[1]["n"] == told[3]["n"] == confirmed.n


def test_a_line_bears_its_level_for_the_journal_and_a_traceback_as_a_field(lines: Lines) -> None:
    try:
        raise ValueError("why")
    except ValueError:
        logging.getLogger("x").exception("it %s", "broke")
    line = lines.lines.get()
    assert line.startswith("<3>{")
    told = json.loads(line[3:])
    assert (told["message"], told["level"], told["logger"]) == ("it broke", "error", "x")
    assert "ValueError: why" in told["exception"]
    assert "\n" not in line
