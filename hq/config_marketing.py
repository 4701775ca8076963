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


@dataclass(frozen=True, kw_only=True)
class Destination:
    """A platform that audiences or sales are sent to (docs/audiences.md)."""

    name: str
    """1 to 32 of a-z, 0-9 and "-"."""
    platform: str
    """"meta" (Custom Audiences) or "google" (Data Manager, Customer Match) for an audience; "csv" or "json" for one in
    the clear, to an address of your own (`url`); "meta-conversions", "ga4" or "segment" for sales in stores and web."""
    audience: str = ""
    """Whose people are sent, to "meta", "google", "csv" and "json": the name of an audience."""
    id: str = ""
    """The platform's: of the custom audience, the data set, the user list or the data stream; none for "segment",
    "csv" and "json"."""
    account: str = ""
    """The advertiser's account, for "google"."""
    site: str = ""
    """The web shop's address, where "meta-conversions" is told of sales in the web."""
    token_file: str = ""
    """The file with the platform's token, secret or write key; of "csv" and "json" the secret that the file is signed
    with. It may also stand in the environment, under
    TOTEHQ_TOKEN_ and the name in capitals with "_" for "-"."""
    token_command: str = ""
    """A command, run without a shell, that prints a token that does not last: for "google"."""
    url: str = ""
    """Where it is sent; "" is the platform's own address, which "csv" and "json" have none of."""
    every_hours: float = 0
    """How often it is sent by itself; 0 only when `tote-hq audience send` is called."""


TO_AUDIENCE, TO_SALES = ("meta", "google"), ("meta-conversions", "ga4", "segment")
TO_OWN = ("csv", "json")
"""An audience, too, but whole and in the clear."""
