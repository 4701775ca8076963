"""What a shop is told when the box starts; some of it may change while it runs."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from edge.codes import CodeRules
from edge.codes.sun import SecureTags
from edge.shop.sharing import Sharing
from edge.shop.stations import Station

LIVE = ("country", "idle_ms", "code_rules", "secure_tags", "staff_idle_s", "ring", "shelves", "hold_ms")


@dataclass(kw_only=True)
class ShopSettings:
    """One for all parts of the shop, which ask it anew each time: nothing but `adjust` changes it, and only `LIVE`."""

    store_id: str
    stations: Mapping[str, Station]
    languages: Sequence[str]
    currency: str
    seal_key: bytes
    pictures: Path
    idle_ms: int = 120_000
    code_rules: CodeRules = field(default_factory=CodeRules)
    secure_tags: Sequence[SecureTags] = ()
    staff_list: Path = Path("/var/lib/tote/staff.json")
    staff_idle_s: float = 300
    """Seconds without a touch or scan after which staff has to sign in again."""
    ring: bool = False
    """Staff's screens sound when somebody asks for help, beside showing it."""
    country: str = ""
    """Whose phone numbers need no code, ISO 3166 in two letters; "" goes by the store's time zone."""
    pairing_required: bool = False
    """Whether a browser or program has to be paired to be a station."""
    hold_ms: int = 24 * 3_600_000
    """For how long other stores put an article aside for a shopper of this one."""
    shelves: Sequence[str] = ()
    """Categories in the order of a walk through the shop."""
    counting: Sequence[str] = ()
    """Readers whose fields together are this store's stock."""
    sharing: Sharing | None = None
    """None shows no codes of baskets."""
    coupon_salt: bytes = b""
    """What single-use codes are hashed with: the key that HQ's signatures are checked with."""
    card_secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    """Of 32 bytes: what this box makes of the numbers of cards, no other can make."""

    def adjust(self, fresh: "ShopSettings") -> None:
        """Takes over what may change. Each value is read on its own, so no reader sees half of one."""
        for name in LIVE:
            setattr(self, name, getattr(fresh, name))
