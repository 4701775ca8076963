"""What a reader's event means to the shop."""

from edge.shop.shop import Shop
from hardware.scan import ReaderEvent


def hear_reader(shop: Shop, station: str, event: ReaderEvent) -> None:
    """A reader of `station` said something, whether it is on this box or elsewhere."""
    if event.kind == "scan" and event.scan:
        shop.scanned(station, event.scan)
    elif event.kind == "partial":
        shop.unreadable(station, event.reader, event.reason)
    elif event.kind in ("present", "removed"):
        shop.held(station, event.reader, event.tag if event.kind == "present" else b"")
