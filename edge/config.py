"""The box's settings: one TOML file, read into frozen dataclasses.

store, dir, languages, currency, country, pictures_mb
[screen]    host, port, hosts, https, certificate, key, idle_seconds, theme
[pairing]   required
[staff]     idle_seconds, shelves, ring
[hq]        broker, url, public_url, seal_key, verify_key, tls, ca, certificate, key
[[station]] id, kind, name
[[reader]]  name, station, driver, and the driver's own options
[codes]     sku, [[codes.range]] kind, pattern, [[codes.rcn]] pattern, measure, decimals
[[secure_tag]] host, file_key, meta_key, and how the tags were personalised
"""

import logging
import tomllib
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any, ClassVar

from phonenumbers import SUPPORTED_REGIONS

from edge.codes import CodeRules
from edge.config_codes import CodesConfig
from edge.config_tags import SecureTagConfig, secure_tags
from edge.domain.strict import BadSettingError, read
from sync.topics import valid_store

log = logging.getLogger(__name__)

KINDS = ("wall", "tablet", "staff")
COUNTING = ("rfid_llrp",)
"""Drivers that tell all that is in their field."""
OTHERS_READ = 0o004


class ConfigError(Exception):
    """The settings can't be used; `str()` names the key and the fix."""


@dataclass(frozen=True, kw_only=True)
class ScreenConfig:
    host: str = "127.0.0.1"
    port: int = 8080
    """0 takes any free port."""
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
    """After so long without touch, key, scroll or scan a visit ends; the screen warns 25 s before."""
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
    kind: str
    """wall, tablet or staff."""
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class PairingConfig:
    required: bool | None = None
    """Whether a browser or program has to be paired to be a station; unset, it has to wherever others than this machine
    itself can reach the box."""


@dataclass(frozen=True, kw_only=True)
class StaffConfig:
    idle_seconds: int = 300
    """After so long without touch, key or scan staff has to sign in again."""
    ring: bool = False
    """Staff's screens sound when a shopper asks for help. They show it in any case."""
    shelves: tuple[str, ...] = ()
    """Categories (paths from the root) in the order of a walk through the shop: baskets are gathered in it."""


@dataclass(frozen=True, kw_only=True)
class ReaderConfig:
    REST: ClassVar[str] = "options"

    name: str
    driver: str
    station: str = ""
    """Whose screen shows what it reads; "" of a reader that counts."""
    counts: bool = False
    """What is in its field is this store's stock: all readers that count see the whole shop together."""
    options: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Config:
    store: str
    """The store's id at HQ: a-z, 0-9 and "-", 32 at most."""
    hq: HqConfig
    station: tuple[StationConfig, ...]
    dir: str = "/var/lib/tote"
    languages: tuple[str, ...] = ("en", "de", "es", "et")
    """In the order of preference; the first greets."""
    currency: str = "EUR"
    country: str = ""
    """Whose phone numbers need no country code, two letters such as EE; "" goes by the time zone of the store."""
    pictures_mb: int = 2000
    """Megabytes of pictures that are kept; of more, those of popular articles and those lately looked at."""
    screen: ScreenConfig = field(default_factory=ScreenConfig)
    pairing: PairingConfig = field(default_factory=PairingConfig)
    staff: StaffConfig = field(default_factory=StaffConfig)
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


@dataclass(frozen=True, kw_only=True)
class _Codes:
    """The part of the settings that says what codes mean."""

    currency: str = Config.currency
    codes: CodesConfig = field(default_factory=CodesConfig)
    others: dict[str, object] = field(default_factory=dict)


def load(path: Path) -> Config:
    """Raises ConfigError."""
    try:
        config = parse(path.read_text(encoding="utf-8"))
        if config.secure_tag and path.stat().st_mode & OTHERS_READ:
            log.warning("%s holds keys and may be read by everybody: chmod 640, for root and the group tote", path)
        return config
    except OSError as error:
        fix = "name the settings with --config, or run `tote demo` to try Tote without any"
        raise ConfigError(f"{path} can't be read ({error.strerror}): {fix}.") from error
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error


def load_rules(path: Path) -> CodeRules:
    """What codes mean by the `[codes]` of a file, which need hold nothing else. Raises ConfigError."""
    try:
        part = read(_Codes, tomllib.loads(path.read_text(encoding="utf-8")), rest="others")
        return part.codes.rules(part.currency)
    except OSError as error:
        raise ConfigError(f"{path} can't be read ({error.strerror}): name a file with a [codes] table.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: this is no TOML: {error}.") from error
    except BadSettingError as error:
        raise ConfigError(f"{path}: {error}") from error


def parse(text: str) -> Config:
    try:
        table: dict[str, Any] = tomllib.loads(text)
        config = read(Config, table)
        config.rules  # noqa: B018  (raises BadSettingError)
        secure_tags(config.secure_tag)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"this is no TOML: {error}.") from error
    except BadSettingError as error:
        raise ConfigError(str(error)) from error
    for problem in _problems(config):
        raise ConfigError(problem)
    return config


def _problems(config: Config) -> list[str]:
    """What is of the right kind and still makes no sense."""
    found = []
    if config.country and config.country not in SUPPORTED_REGIONS:
        found.append(f"country must be two capital letters of ISO 3166, such as EE, not {config.country!r}.")
    if not valid_store(config.store):
        found.append(f"store must be 1 to 32 of a-z, 0-9 and '-', not {config.store!r}.")
    for station in config.station:
        if station.kind not in KINDS:
            found.append(f"station {station.id!r}: kind must be one of {', '.join(KINDS)}, not {station.kind!r}.")
    stations = {station.id for station in config.station}
    for reader in config.reader:
        if reader.counts and (reader.driver not in COUNTING or reader.station):
            found.append(f"reader {reader.name!r}: counts = true is for {' and '.join(COUNTING)} without a station.")
        if not reader.counts and reader.station not in stations:
            found.append(f"reader {reader.name!r}: there is no station {reader.station!r}, only {sorted(stations)}.")
    for kind, names in (("station", [s.id for s in config.station]), ("reader", [r.name for r in config.reader])):
        found.extend(f"two {kind}s are named {name!r}: give each its own." for name in _twice(names))
    for key in ("seal_key", "verify_key"):
        if not _is_key(getattr(config.hq, key)):
            found.append(f"hq.{key} must be 64 hex digits: copy it from the ready line of `tote-hq run --json`.")
    if bool(config.screen.certificate) != bool(config.screen.key):
        found.append("screen.certificate and screen.key belong together: name both files, or neither.")
    if not all(_is_address(part) for part in config.hq.broker.split(",")):
        found.append(f"hq.broker must be host:port, such as 127.0.0.1:1883, not {config.hq.broker!r}.")
    return found


def _is_address(text: str) -> bool:
    host, colon, port = text.strip().rpartition(":")
    return bool(host and colon and port.isdecimal() and 0 < int(port) < 65536)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _twice(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


def _is_key(text: str) -> bool:
    try:
        return len(bytes.fromhex(text)) == 32
    except ValueError:
        return False
