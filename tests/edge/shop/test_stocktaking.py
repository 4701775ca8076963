"""What lies in the fields of the counting readers becomes this store's stock: told once, and never by half a look."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import msgspec
import pytest

from edge.domain.article import Stock
from edge.domain.events import StockCounted
from edge.shop.counted import overlaid
from edge.shop.field import PATIENCE, QUIET, REREAD
from edge.shop.records import Records
from edge.shop.staffing import Session
from edge.shop.stocktaking import MOST, RENEW, Stocktaking
from edge.store import StorageError
from hardware.scan import ReaderEvent
from hardware.simulated.llrp import UhfReader
from hardware.supervisor import supervise
from tests.edge.shop.conftest import BOOT_GTIN, Bench


def epc(gtin: str, serial: int, prefix: int = 7) -> bytes:
    """SGTIN-96 (GS1's Tag Data Standard 1, 14.6.1): header 0x30, filter 1, partition, company, item, serial number."""
    partition, width = 12 - prefix, {7: (24, 20)}[prefix]
    company, item = int(gtin[1 : 1 + prefix]), int(gtin[0] + gtin[1 + prefix : 13])
    bits = f"{0x30:08b}{1:03b}{partition:03b}{company:0{width[0]}b}{item:0{width[1]}b}{serial:038b}"
    return int(bits, 2).to_bytes(12)


@dataclass
class Counting:
    bench: Bench
    readers: tuple[str, ...] = ("left", "right")
    at: float = 1000.0
    woken: int = 0
    painted: int = 0
    stocktaking: Stocktaking = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        bench = self.bench

        def woken() -> None:
            self.woken += 1

        def changed() -> None:
            self.painted += 1

        self.stocktaking = Stocktaking(
            self.readers,
            "shop",
            Records(
                database=bench.database,
                log=bench.log,
                now=bench.clock,
                new_id=lambda: f"{self.woken:016x}{bench.log.head():016x}",
                woken=woken,
            ),
            bench.shelf,
            changed=changed,
            clock=lambda: self.at,
        )

    def hear(self, kind: str, reader: str = "left", tag: bytes = b"") -> None:
        self.stocktaking.hear(ReaderEvent(kind=kind, reader=reader, at=0, tag=tag))  # type: ignore[arg-type]

    def up(self) -> None:
        for reader in self.readers:
            self.hear("up", reader)
        self.pass_(REREAD)

    def pass_(self, seconds: float) -> int:
        self.at += seconds
        self.bench.clock.ms += int(seconds * 1000)
        return self.stocktaking.count()

    def told(self) -> list[dict[str, int]]:
        events = self.bench.log.read(0, 1000, 1 << 30)[0]
        bodies = [msgspec.json.decode(e.body, type=StockCounted) for e in events if e.kind == "StockCounted"]
        return [{count.sku: count.quantity for count in body.counts} for body in bodies]

    def here(self) -> int | None:
        counts = self.stocktaking.over(self.bench.shop.catalogue.stock("BOOT-42"), ["BOOT-42"])
        return next((count.quantity for count in counts if count.store == "shop"), None)


@pytest.fixture
def counting(bench: Bench) -> Iterator[Counting]:
    yield Counting(bench)


BOOTS = [epc(BOOT_GTIN, serial) for serial in range(1, 6)]


def test_tags_are_counted_by_article_each_once_however_many_readers_see_it(counting: Counting) -> None:
    counting.up()
    for tag in BOOTS:
        counting.hear("present", "left", tag)
    counting.hear("present", "right", BOOTS[0])
    counting.hear("present", "right", epc("04006381333931", 1))  # nothing that is sold here
    assert counting.pass_(QUIET) == 1
    assert counting.told() == [{"BOOT-42": 5}]
    assert (counting.woken, counting.painted) == (1, 1)
    assert counting.here() == 5, "this store's own count lies over HQ's 3 of long ago"


def test_only_what_changed_is_told_and_only_once_it_hangs_still(counting: Counting) -> None:
    counting.up()
    counting.hear("present", tag=BOOTS[0])
    counting.pass_(QUIET)
    counting.hear("removed", tag=BOOTS[0])
    assert counting.pass_(QUIET / 2) == 0
    counting.hear("present", tag=BOOTS[0])
    assert counting.pass_(QUIET) == 0, "it was carried past: nothing changed"
    counting.hear("removed", tag=BOOTS[0])
    assert counting.pass_(QUIET) == 1
    assert counting.told() == [{"BOOT-42": 1}, {"BOOT-42": 0}]
    assert counting.pass_(3600) == 0


def test_where_tags_come_and_go_for_ever_it_is_told_all_the_same(counting: Counting) -> None:
    counting.up()
    for second in range(int(PATIENCE) + 1):
        counting.hear("present" if second % 2 else "removed", tag=BOOTS[0])
        counting.hear("present", tag=BOOTS[1])
        counting.pass_(1)
    assert counting.told()[0]["BOOT-42"] >= 1


def test_a_reader_that_is_down_or_has_just_come_back_sells_nothing_out(counting: Counting) -> None:
    counting.up()
    for tag in BOOTS:
        counting.hear("present", tag=tag)
    counting.pass_(QUIET)
    counting.hear("down")
    for tag in BOOTS:
        counting.hear("removed", tag=tag)
    assert counting.pass_(3600) == 0
    counting.hear("up")
    counting.hear("present", tag=BOOTS[0])
    assert counting.pass_(QUIET) == 0, "it has not seen all yet"
    for tag in BOOTS[1:4]:
        counting.hear("present", tag=tag)
    counting.pass_(REREAD)
    assert counting.told() == [{"BOOT-42": 5}, {"BOOT-42": 4}]


def test_the_first_count_after_a_start_tells_what_has_gone_meanwhile_and_not_before_every_reader_looked(
    counting: Counting,
) -> None:
    counting.up()
    counting.hear("present", tag=BOOTS[0])
    counting.pass_(QUIET)
    counting.restart()
    assert counting.here() == 1, "kept over the restart"
    counting.hear("up", "left")
    assert counting.pass_(2 * REREAD) == 0, "the other reader is not up yet"
    counting.hear("up", "right")
    counting.pass_(REREAD)
    assert counting.told() == [{"BOOT-42": 1}, {"BOOT-42": 0}]
    assert counting.here() == 0


def test_a_count_is_told_again_after_hours_so_that_its_age_is_true(counting: Counting) -> None:
    counting.up()
    counting.hear("present", tag=BOOTS[0])
    counting.pass_(QUIET)
    counting.pass_(RENEW / 1000 - 100)
    assert len(counting.told()) == 1
    assert counting.pass_(100) == 1
    assert counting.told() == [{"BOOT-42": 1}] * 2


def test_what_staff_counted_without_tags_is_not_gone_because_no_reader_sees_it(counting: Counting) -> None:
    mari = Session(token="t", staff="m-1", name="Mari", station="staff", opened=0, touched=0)
    counting.up()
    counting.hear("present", tag=BOOTS[0])
    counting.pass_(QUIET)
    counting.bench.clock.ms += 1
    assert counting.stocktaking.correct(mari, "count", lambda writing: {"BOOT-42": 4, "BOOT-43": 2}) == 2
    counting.hear("removed", tag=BOOTS[0])
    counting.pass_(QUIET)
    assert counting.told() == [{"BOOT-42": 1}, {"BOOT-42": 4, "BOOT-43": 2}]
    counting.restart()
    assert counting.here() == 4, "kept over the restart, with who counted"
    counting.up()
    counting.hear("present", tag=BOOTS[0])
    counting.pass_(QUIET)
    assert counting.told()[2:] == [{"BOOT-42": 1}], "a reader that sees it counts it again"


def test_a_full_disk_is_tried_again(counting: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    counting.up()
    counting.hear("present", tag=BOOTS[0])

    def full(*_: object) -> None:
        raise StorageError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(counting.bench.database, "write", full)
        assert counting.pass_(QUIET) == 0
        assert counting.here() == 3
    assert counting.pass_(1) == 1


def test_hq_rules_again_as_soon_as_it_has_the_stores_own_count() -> None:
    own = {"A": Stock(sku="A", store="shop", quantity=5, as_of=100, source="rfid")}

    def shown(quantity: int, as_of: int) -> int:
        held = [Stock(sku="A", store="shop", quantity=quantity, as_of=as_of)]
        return overlaid(held, ["A"], own)[0].quantity

    assert shown(2, 99) == 5
    assert shown(4, 100) == 4, "the same count, less one that the till has sold since"
    assert shown(9, 101) == 9
    assert overlaid([], ["A"], own) == [own["A"]]
    assert overlaid([], ["B"], own) == []


def test_a_shop_without_counting_readers_counts_nothing(bench: Bench) -> None:
    alone = Counting(bench, readers=())
    assert alone.pass_(10 * RENEW) == 0
    assert MOST >= 1


def test_a_real_reader_counts_what_hangs_before_it(counting: Counting) -> None:
    """The driver over TCP, with its supervisor, as the box runs it."""
    reader = UhfReader()
    counting.readers = ("left",)
    counting.restart()
    options = {"host": reader.host, "port": reader.port, "gone": 0.5}
    supervisor = supervise("left", "rfid_llrp", options, counting.stocktaking.hear)
    for tag in BOOTS[:3]:
        reader.put(tag)
    supervisor.start()
    try:
        until(lambda: counting.pass_(REREAD) or counting.here() != 3 or counting.told())
        until(lambda: counting.pass_(QUIET) or counting.told()[-1] == {"BOOT-42": 3})
        reader.take(BOOTS[0])
        until(lambda: counting.pass_(QUIET))
    finally:
        supervisor.stop()
        reader.unplug()
    assert counting.told()[-1] == {"BOOT-42": 2}


def until(true: Callable[[], object]) -> None:
    ends = time.monotonic() + 30
    while not true():
        assert time.monotonic() < ends, "it did not come about"
        time.sleep(0.05)
