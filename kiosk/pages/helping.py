"""Help: what the shopper who asked is told, and the calls that the staff sees on every screen of theirs."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from edge.shop import Session, Shop, Station
from edge.shop.helping import Call


@dataclass(frozen=True, kw_only=True)
class Ring:
    """A call by the name of its station; `comes` names who is on the way, "" while nobody is."""

    id: str
    station: str
    seconds: int
    comes: str = ""
    mine: bool = False


def part(shop: Shop, station: Station, member: Session | None) -> dict[str, Any]:
    """`help` is the call of a shopper's station, `calls` what the staff's rings for."""
    if station.kind != "staff":
        call = shop.helping.of(station.id)
        return {"help": {"comes": bool(call.staff)} if call else None, "calls": []}
    rings = [_ring(shop, call, member) for call in shop.helping.calls()]
    return {"help": None, "calls": rings, "ring": shop.settings.ring}


def _name(shop: Shop, staff: str, member: Session | None) -> str:
    """Colleagues are named to colleagues only."""
    return (shop.staff.name(staff) if member else "") or str(gettext("A colleague"))


def _ring(shop: Shop, call: Call, member: Session | None) -> Ring:
    station = shop.stations.get(call.station)  # one that was renamed since is told by its id
    return Ring(
        id=call.id,
        station=station.name if station else call.station,
        seconds=shop.helping.waited(call) // 1000,
        comes=_name(shop, call.staff, member) if call.staff else "",
        mine=member is not None and member.staff == call.staff,
    )
