"""Settings of campaigns: which audiences there are, and where they are sent (docs/audiences.md)."""

from dataclasses import dataclass

SOURCES = ("baskets", "wishes", "wanted", "goes-with", "buyers")


@dataclass(frozen=True, kw_only=True)
class Audiences:
    """People a campaign may reach, with the articles it may show them (docs/audiences.md)."""

    name: str
    """1 to 32 of a-z, 0-9 and "-"."""
    of: str = "baskets"
    """Where its articles come from: "baskets" that were sent, "wishes" for a sold-out size, "wanted" (both),
    "goes-with" (what goes with what they bought), or "buyers" (people who bought, without an article)."""
    days: float = 30
    """How far back that counts."""
    after_hours: float = 0
    """Hours that must have passed since: an hour leaves people time to buy by themselves."""
    categories: tuple[str, ...] = ()
    """Articles of these categories and what lies below them alone, such as "Shoes > Boots"; [] any."""
    not_bought: tuple[str, ...] = ()
    """Nobody who bought of these categories, ever; [] leaves nobody out."""
    idle_days: float = 0
    """Nobody who bought anything for so many days; 0 leaves nobody out."""


SHIPPED = (
    Audiences(name="abandoned-basket", after_hours=1),
    Audiences(name="wanted-size", of="wishes", days=182),
    Audiences(name="interested", of="wanted", days=90),
    Audiences(name="goes-with", of="goes-with", days=60),
    Audiences(name="lapsed", of="buyers", days=730, idle_days=180),
    Audiences(name="buyers", of="buyers", days=365),
)
