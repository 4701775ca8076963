"""A box on a disk that runs full in the middle of what its shoppers do."""

import os
import random
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from edge.catalogue import Shelf, Version
from edge.shop import Article, Browse, Shop, ShopError, Station
from edge.shop.errors import BoxFullError
from edge.shop.settings import ShopSettings
from edge.store import Database, EventLog, StorageFullError, machine_id, open_store
from hardware.scan import Scan
from kiosk import create_app
from sync.codec import new_seal_pair
from tests.edge.shop.conftest import BOOT_EAN, make_catalogue
from tests.torture.appending import Ack, acknowledged, append, events, lost
from tests.torture.children import _forks as nursery
from tests.torture.disks import enlarge, fill, small_disk

MOST = 20_000
"""Things done until the disk must be full."""
ROOM = 16 * 1024
"""Kilobytes of the disk once there is room."""
FULL = 3
"""Refusals in a row after which it counts as full."""


def goes_on(folder: Path, seed: int) -> dict[str, int]:
    """Shoppers at a real shop and its screens; the disk is filled by the log itself, or by another file meanwhile."""
    chance = random.Random(seed)
    folder.mkdir()
    with small_disk(folder / "disk", _kilobytes(chance)) as disk, shop_on(folder, disk) as (shop, database, log):
        said = _until_full(shop, log, chance, disk)
        _browse_on(shop, log)
        enlarge(disk, ROOM)
        shop.add_line("wall", "BOOT-42")
        assert shop.basket("wall").line("BOOT-42"), "with room the basket takes a line again"
        assert log.first_broken() is None
        assert [ack for ack in said if log.hash_of(ack.n) != ack.hash] == []
        head = log.head()
        database.close()
        assert lost(disk, said) == []
        with Database(disk / "store.db") as again:
            assert EventLog(again).head() == head
    return {"boxes": 1, "acknowledged": len(said), "lost": 0}


def starts_again(folder: Path, seed: int) -> dict[str, int]:
    """A process that fills the disk and is killed there; the next one opens the log while the disk is still full."""
    chance = random.Random(seed)
    folder.mkdir()
    with small_disk(folder / "disk", _kilobytes(chance)) as disk:
        acks = folder / "acks"
        _killed_when_full(disk, acks, seed)
        said = acknowledged(acks)
        with shop_on(folder, disk) as (shop, database, _):
            shop.scanned("wall", Scan(reader="gun", symbology="ean13", data=BOOT_EAN, at=0))
            assert isinstance(shop.screen("wall"), Article), "a box that starts on a full disk shows its articles"
            enlarge(disk, ROOM)
            shop.add_line("wall", "BOOT-42")
            database.close()
        assert lost(disk, said) == []
    return {"boxes": 1, "acknowledged": len(said), "lost": 0}


def promises_early(folder: Path, seed: int) -> tuple[int, int]:
    """The control: (acknowledged, lost) of a box that says "recorded" before the commit."""
    folder.mkdir()
    said: list[Ack] = []
    with small_disk(folder / "disk", 600) as disk, Database(disk / "store.db") as database:
        log, refused = EventLog(database), 0
        for event_id, event, blob in events(random.Random(seed)):
            said.append(Ack(log.head() + 1, event_id, ""))
            try:
                append(database, log, event_id, event, blob)
            except StorageFullError:
                refused += 1
            if refused > FULL:
                break
        kept = {envelope.id for envelope in log.read(0, len(said), 1 << 30)[0]}
    return len(said), sum(ack.id not in kept for ack in said)


def _kilobytes(chance: random.Random) -> int:
    """From hardly more than the tables need to several checkpoints."""
    return int(600 * 16 ** chance.random())


@contextmanager
def shop_on(folder: Path, disk: Path) -> Iterator[tuple[Shop, Database, EventLog]]:
    """The catalogue lies on another disk: it is not what fills up."""
    shelf = Shelf(folder / "catalogue")
    if not (folder / "catalogue" / "current").exists():
        shelf.turn(Version(1, 1), make_catalogue(shelf.folder / "incoming.db", Version(1, 1)))
    settings = ShopSettings(
        store_id="shop",
        stations={"wall": Station(id="wall", kind="wall", name="Wall")},
        languages=["en"],
        currency="EUR",
        seal_key=new_seal_pair()[1],
        pictures=folder / "pictures",
    )
    database = open_store(disk / "store.db", lambda error: None)
    log = EventLog(database, machine_id())
    now, new_id = (lambda: time.time_ns() // 1_000_000), (lambda: secrets.token_hex(16))
    try:
        yield Shop(settings, database, log, shelf, now=now, new_id=new_id), database, log
    finally:
        with suppress(Exception):
            database.close()


def _until_full(shop: Shop, log: EventLog, chance: random.Random, disk: Path) -> list[Ack]:
    """What is done at a wall until nothing fits any more; what was recorded by then."""
    filled_at = chance.randrange(MOST) if chance.random() < 0.3 else chance.randrange(200)
    refused = 0
    for done in range(MOST):
        if done == filled_at:
            fill(disk, leave=chance.randrange(0, 64 * 1024))
        refused = refused + 1 if _is_refused(chance.choice(_acts(shop, chance))) else 0
        if refused == FULL:
            return [Ack(event.n, event.id, event.hash) for event in log.read(0, MOST * 4, 1 << 40)[0]]
    raise AssertionError("the disk never ran full")


def _acts(shop: Shop, chance: random.Random) -> list[Callable[[], object]]:
    words = " ".join(f"boots{chance.randrange(1000)}" for _ in range(8))
    return [
        lambda: shop.add_line("wall", chance.choice(("BOOT-42", "BOOT-43", "TENT"))),
        lambda: shop.change_line("wall", "TENT", chance.randrange(1, 9)),
        lambda: shop.remove_line("wall", "TENT"),
        lambda: shop.send_basket("wall", f"shopper{chance.randrange(10**6)}@example.com", ()),
        lambda: shop.set_language("wall", "en"),
        lambda: [shop.show("wall", Browse(query=words)), shop.add_line("wall", "BOOT-42")],
    ]


def _is_refused(act: Callable[[], object]) -> bool:
    try:
        act()
    except BoxFullError:
        return True
    except ShopError:  # nothing to send, no such line: not the disk's fault
        return False
    return False


def _browse_on(shop: Shop, log: EventLog) -> None:
    """What a shopper still can do, and how they are told what they can't."""
    head, basket = log.head(), shop.basket("wall")
    scan = Scan(reader="gun", symbology="ean13", data=BOOT_EAN, at=0)
    screen = shop.scanned("wall", scan)
    assert isinstance(screen, Article) and screen.sku == "BOOT-42", f"a scan shows {screen}"
    shop.show("wall", Browse(category="Outdoor"))
    assert shop.screen("wall") == Browse(category="Outdoor")
    assert shop.find("wall", Browse(query="boot"), record=True).hits, "searching goes on"
    client = create_app(shop).test_client()
    assert client.get("/s/wall").status_code == 200
    assert client.get("/status.json").status_code == 200
    answer = client.post("/s/wall/basket/lines", data={"sku": "BOOT-43", "quantity": "99"})
    if answer.status_code == 200:  # a WAL that begins anew had room for one more
        return
    assert answer.status_code == 422 and "storage-full" in _errors(shop), answer.text
    assert log.head() >= head and shop.basket("wall").lines == basket.lines, "a refused change changes nothing"


def _errors(shop: Shop) -> set[str]:
    try:
        shop.add_line("wall", "BOOT-43", 99)
    except ShopError as error:
        return {error.key}
    return {"storage-full"}


def _killed_when_full(disk: Path, acks: Path, seed: int) -> None:
    """Appends until nothing fits, and a little longer; then the process is gone without closing anything."""
    writer = nursery.Process(target=_append_until_full, args=(disk, acks, seed))
    writer.start()
    writer.join(60)
    assert writer.exitcode is not None, "the writer hangs on a full disk"


def _append_until_full(disk: Path, acks: Path, seed: int) -> None:
    database = Database(disk / "store.db")
    log, refused = EventLog(database, machine_id()), 0
    with acks.open("w", buffering=1) as noted:
        for event_id, event, blob in events(random.Random(seed)):
            try:
                ack = append(database, log, event_id, event, blob)
                noted.write(f"{ack.n} {ack.id} {ack.hash}\n")
            except StorageFullError:
                refused += 1
            if refused == FULL:
                os._exit(0)
