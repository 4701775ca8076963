"""The box's settings: one TOML file, read into frozen dataclasses.

store, dir, languages, currency, country, pictures_mb
[screen]    host, port, hosts, https, certificate, key, idle_seconds, theme
[pairing]   required, networks
[discovery] announce
[metrics]   token_file
[staff]     idle_seconds, shelves, ring, hold_hours
[hq]        broker, url, public_url, seal_key, verify_key, tls, ca, certificate, key
[[station]] id, kind, name
[[reader]]  name, station, driver, and the driver's own options
[codes]     sku, [[codes.range]] kind, pattern, [[codes.rcn]] pattern, measure, decimals
[[secure_tag]] host, file_key, meta_key, and how the tags were personalised

The text below a key is what `tote config explain` and docs/config.md say of it.
"""

from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import ClassVar

from edge.codes import CodeRules
from edge.config_codes import CodesConfig
from edge.config_tags import SecureTagConfig
from edge.domain.explained import Definition

KINDS = ("wall", "tablet", "staff")
COUNTING = ("rfid_llrp",)
"""Drivers that tell all that is in their field."""


LIVE = (
    "country",
    "pictures_mb",
    "screen.idle_seconds",
    "staff.idle_seconds",
    "staff.ring",
    "staff.shelves",
    "staff.hold_hours",
    "codes",
    "secure_tag",
)
"""Keys, and whole tables, that a running box takes up at a reload; every other key needs a restart."""


class ConfigError(Exception):
    """The settings can't be used; `str()` names the key and the fix."""


@dataclass(frozen=True, kw_only=True)
class ScreenConfig:
    host: str = "127.0.0.1"
    """Address to listen on; "0.0.0.0" where tablets and phones are to reach the box."""
    port: int = 8080
    """Port of the screens; 0 takes any free one."""
    hosts: tuple[str, ...] = ()
    """Names this box is opened under, beside localhost and plain addresses; others are refused (DNS rebinding)."""
    https: bool | None = None
    """Whether browsers elsewhere get pages by https only; unset, they do wherever others than this machine itself can
    reach the box. This machine itself may always ask in the open."""
    certificate: str = ""
    """The shop's own certificate for that (PEM, with what is between it and its authority); "" is one of HQ's."""
    key: str = ""
    """The key of the shop's own certificate."""
    idle_seconds: int = 120
    """Seconds: after so long without touch, key, scroll or scan a visit ends; the screen warns 25 s before."""
    theme: str = ""
    """Path of the theme file; "" is the plain one that is shipped."""


@dataclass(frozen=True, kw_only=True)
class HqConfig:
    broker: str
    """host:port of the MQTT broker; those of a cluster, separated by commas: when one fails, the next has its turn."""
    url: str
    """Where catalogue versions and pictures are fetched."""
    seal_key: str
    """HQ's public sealing key, 64 hex digits."""
    verify_key: str
    """HQ's public signing key, 64 hex digits."""
    public_url: str = ""
    """HQ's address as phones reach it: it stands in the codes that hold baskets; "" is `url`."""
    tls: bool = False
    """Speak TLS to the broker, by the files below; `tote enrol` makes them and sets this."""
    ca: str = ""
    """Whom to trust on the line; "" is line/ca.crt in the data folder."""
    certificate: str = ""
    """Who this box is; "" is line/box.crt in the data folder."""
    key: str = ""
    """The key of that certificate; "" is line/box.key in the data folder."""

    @property
    def told(self) -> str:
        """What stands in codes for phones."""
        return self.public_url or self.url

    @property
    def brokers(self) -> tuple[tuple[str, int], ...]:
        """Host and port of each."""
        parts = (address.strip().rpartition(":") for address in self.broker.split(","))
        return tuple((host.strip("[]"), int(port)) for host, _, port in parts)


@dataclass(frozen=True, kw_only=True)
class StationConfig:
    id: str
    """What it is called in addresses: its screen is http://BOX/s/ID."""
    kind: str
    """wall, tablet or staff."""
    name: str = ""
    """What people call it; "" is its id."""


@dataclass(frozen=True, kw_only=True)
class PairingConfig:
    required: bool | None = None
    """Whether a browser or program has to be paired to be a station; unset, it has to wherever others than this machine
    itself can reach the box."""
    networks: tuple[str, ...] = ()
    """Networks of the store beside those the box itself is in, such as 10.1.0.0/16: of a station that is seen from
    anywhere else HQ is told that it left the store."""


@dataclass(frozen=True, kw_only=True)
class DiscoveryConfig:
    announce: bool | None = None
    """Whether the box says on the local network (mDNS) that it is there, so that tablets find it as tote-STORE.local;
    unset, it does wherever others than this machine itself can reach it."""


@dataclass(frozen=True, kw_only=True)
class MetricsConfig:
    token_file: str = ""
    """The file with the token by which others than this machine may ask /metrics; "" lets this machine alone."""


@dataclass(frozen=True, kw_only=True)
class StaffConfig:
    idle_seconds: int = 300
    """Seconds: after so long without touch, key or scan staff has to sign in again."""
    ring: bool = False
    """Staff's screens sound when a shopper asks for help. They show it in any case."""
    shelves: tuple[str, ...] = ()
    """Categories (paths from the root) in the order of a walk through the shop: baskets are gathered in it."""
    hold_hours: int = 24
    """Hours for which another store puts an article aside for a shopper of this one."""


@dataclass(frozen=True, kw_only=True)
class ReaderConfig:
    REST: ClassVar[str] = "options"

    name: str
    """What it is called on the staff's screen and in `tote readers`."""
    driver: str
    """Which driver reads it; the other keys of this table are the driver's own (docs/readers.md)."""
    station: str = ""
    """Whose screen shows what it reads; "" of a reader that counts."""
    counts: bool = False
    """What is in its field is this store's stock: all readers that count see the whole shop together."""
    options: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class BackupConfig:
    dir: str = ""
    """Where `tote backup` and its timer put backups, best on another disk; "" is backups in the data folder."""
    keep: int = 14
    """How many backups stay there, the newest ones."""


@dataclass(frozen=True, kw_only=True)
class Config:
    store: str
    """The store's id at HQ: a-z, 0-9 and "-", 32 at most."""
    hq: HqConfig
    station: tuple[StationConfig, ...]
    dir: str = "/var/lib/tote"
    """The data folder."""
    languages: tuple[str, ...] = ("en", "de", "es", "et")
    """Of the screens, in the order of preference; the first greets."""
    currency: str = "EUR"
    """ISO 4217; that of prices in codes, too."""
    country: str = ""
    """Whose phone numbers need no country code, two letters such as EE; "" goes by the time zone of the store."""
    pictures_mb: int = 2000
    """Megabytes of pictures that are kept; of more, those of popular articles and those lately looked at."""
    screen: ScreenConfig = field(default_factory=ScreenConfig)
    pairing: PairingConfig = field(default_factory=PairingConfig)
    discovery: DiscoveryConfig = field(default_factory=DiscoveryConfig)
    metrics: MetricsConfig = field(default_factory=MetricsConfig)
    staff: StaffConfig = field(default_factory=StaffConfig)
    backup: BackupConfig = field(default_factory=BackupConfig)
    reader: tuple[ReaderConfig, ...] = ()
    codes: CodesConfig = field(default_factory=CodesConfig)
    secure_tag: tuple[SecureTagConfig, ...] = ()

    @property
    def rules(self) -> CodeRules:
        """What codes mean in this shop."""
        return self.codes.rules(self.currency)

    @property
    def pairing_required(self) -> bool:
        required = self.pairing.required
        return self.within_reach if required is None else required

    @property
    def https(self) -> bool:
        """Whether the screens speak https to other machines."""
        wanted = self.screen.https
        return self.within_reach if wanted is None else wanted

    @property
    def local_name(self) -> str:
        """What the box announces itself as on the local network; "" where it does not."""
        announced = self.discovery.announce
        return f"tote-{self.store}.local" if (self.within_reach if announced is None else announced) else ""

    @property
    def within_reach(self) -> bool:
        """Whether others than this machine itself can reach the screens."""
        return not _is_loopback(self.screen.host)

    @property
    def line_files(self) -> tuple[Path, Path, Path]:
        """Authority, certificate and key of the secure line."""
        named = (self.hq.ca, self.hq.certificate, self.hq.key)
        defaults = ("ca.crt", "box.crt", "box.key")
        line = Path(self.dir, "line")
        ca, certificate, key = (Path(name or line / default) for name, default in zip(named, defaults, strict=True))
        return ca, certificate, key


SETTINGS = Definition(kind=Config, prefix="TOTE_", live=LIVE)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
