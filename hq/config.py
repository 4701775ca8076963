"""HQ's settings: one TOML file, read into frozen dataclasses.

    [web]       host, port, public_url, cart_url
    [broker]    address, tls, public, reload
    [database]  url
    [mail]      smtp, sender, tls, user, password_file
    [shop]      name, languages, theme, timezone
    [audience]  control
    [journeys]  most, days, quiet
    [[journey]] name, on, trigger, message, wait_hours, until_hours, control
    [pictures]  private
    [related]   every_hours, days, support, most
    [doors]     most_mib, publish_seconds
    [[webhook]] name, shape, secret_file, store
    [[drop]]    path, full, feeds, store, language, currency, quiet_seconds

Every key has a default that is right for one machine; `tote-hq run --help` names the flags that override some of them.
"""

import re
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from edge.domain.strict import BadSettingError, read
from hq.errors import ConfigError

FEEDS = ("stores", "articles", "prices", "stock", "sales", "reviews", "orders")
"""What files may be lists of (`hq.importers.format.KINDS`)."""
STAFF_URL = re.compile(r"https?://[A-Za-z0-9.\[\]:-]+")
NAME = re.compile(r"[a-z0-9-]{1,32}")
QUIET = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, kw_only=True)
class Web:
    host: str = "127.0.0.1"
    port: int = 8080
    """0 takes any free port."""
    public_url: str = ""
    """What shoppers' browsers call this server, as it stands in mails; "" is http://host:port."""
    staff_url: str = ""
    """What browsers call HQ's own pages where colleagues reach them over the network, behind a proxy with TLS, such as
    https://hq.shop.example; they have to sign in (tote-hq account). "" is this machine alone."""
    cart_url: str = ""
    """Where the buy button leads; {skus} and {basket} are filled in. "" links each article to its own page."""


@dataclass(frozen=True, kw_only=True)
class Broker:
    address: str = ""
    """host:port of the MQTT broker, or several of a cluster, separated by commas; "" runs HQ without the line."""
    tls: bool = False
    """Speak TLS to it, with HQ's own certificate: for the configuration that `tote-hq broker-config` writes."""
    public: str = ""
    """The same broker as the boxes reach it, told to them at enrolment; "" is `address`."""
    reload: str = ""
    """Command, run without a shell, that makes the broker read its files again: revoking a certificate needs it."""

    @property
    def told(self) -> str:
        """What boxes are told at enrolment."""
        return self.public or self.address


@dataclass(frozen=True, kw_only=True)
class Database:
    url: str = ""
    """SQLAlchemy's URL; "" is SQLite in hq.db under the data folder."""


@dataclass(frozen=True, kw_only=True)
class Mail:
    smtp: str = ""
    """host:port of the mail server; "" keeps mails queued."""
    sender: str = "Tote <basket@tote.invalid>"
    tls: str = ""
    """"starttls", "tls" (from the first octet), or "" for none."""
    user: str = ""
    """"" sends without signing in."""
    password_file: str = ""
    """The file that holds the password, so that the settings need not be secret."""
    returns: str = ""
    """A Maildir with what comes back to the sender's address (docs/operate.md); "" looks at none."""

    @property
    def domain(self) -> str:
        """The sender's, which Message-IDs end in."""
        return self.sender.rpartition("@")[2].rstrip("> ") or "tote.invalid"


@dataclass(frozen=True, kw_only=True)
class Text:
    """Text messages (docs/operate.md)."""

    gateway: str = ""
    """URL that takes them as JSON; "" keeps them queued."""
    sender: str = "Tote"
    """Whom they come from: a name of at most 11 letters, or a number."""
    token_file: str = ""
    """The file that holds the gateway's token; "" sends none."""


@dataclass(frozen=True, kw_only=True)
class Shop:
    name: str = ""
    """"" takes the name of the theme."""
    languages: tuple[str, ...] = ()
    """In the order of fallback; () takes those of the catalogue."""
    theme: str = ""
    """Path of the theme file; "" is the plain one that is shipped."""
    timezone: str = "UTC"
    """Of the times that shoppers read, such as Europe/Tallinn."""


@dataclass(frozen=True, kw_only=True)
class Audience:
    control: int = 0
    """Per cent of new profiles that are kept out of every campaign, to measure against."""


@dataclass(frozen=True, kw_only=True)
class Journey:
    """A message that nobody asked for, and when it goes (docs/journeys.md)."""

    name: str
    on: bool = False
    trigger: str = "basket-left"
    """What begins it: "basket-left", a basket that was sent."""
    message: str = "reminder"
    """Which words it has: "reminder"."""
    wait_hours: float = 20
    """How long after its trigger it goes at the earliest."""
    until_hours: float = 168
    """After which it is too late."""
    control: int = 0
    """Per cent of people who never get it, to measure against."""


TRIGGERS, MESSAGES = ("basket-left",), ("reminder",)


@dataclass(frozen=True, kw_only=True)
class Journeys:
    """What holds for all of them together."""

    most: int = 2
    """Messages to one person at most, in …"""
    days: int = 7
    quiet: str = "21:00-08:00"
    """When nothing goes, by the clock of the store that the person was in; "" is never."""


@dataclass(frozen=True, kw_only=True)
class Pictures:
    private: tuple[str, ...] = ()
    """Hosts inside the house from which pictures that a feed names by address may be fetched, beside the public web."""


@dataclass(frozen=True, kw_only=True)
class Related:
    """What goes with what, learned from baskets (docs/importing.md)."""

    every_hours: int = 24
    """How often it is learned anew; 0 only when `tote-hq related` is called."""
    days: int = 365
    """How far back baskets count."""
    support: int = 5
    """Baskets that two products must share."""
    most: int = 8
    """Learned companions of one product."""


@dataclass(frozen=True, kw_only=True)
class Doors:
    """Files that other systems bring by themselves (docs/importing.md)."""

    most_mib: int = 64
    """Of one upload."""
    publish_seconds: int = 10
    """How soon a version with what came in is published: all that comes in meanwhile goes with it."""


@dataclass(frozen=True, kw_only=True)
class Drop:
    """A folder that is watched."""

    path: str
    full: bool = False
    """Take each file for all there is."""
    feeds: tuple[str, ...] = ()
    """What may come in; () anything."""
    store: str = ""
    """The one store that may be spoken of; "" any."""
    language: str = "en"
    currency: str = "EUR"
    quiet_seconds: int = 5
    """How long a file must not have changed, unless it was renamed to its name."""


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """A shop or till that tells its orders as they happen, at POST /orders/NAME (docs/importing.md)."""

    name: str
    secret_file: str
    """The file with the secret that its bodies are signed with."""
    shape: str = "tote"
    """"tote", "shopify" or "woocommerce"."""
    store: str = "web"
    """Where an order belongs that names no store."""


SHAPES = ("tote", "shopify", "woocommerce")


@dataclass(frozen=True, kw_only=True)
class Config:
    web: Web = field(default_factory=Web)
    broker: Broker = field(default_factory=Broker)
    database: Database = field(default_factory=Database)
    mail: Mail = field(default_factory=Mail)
    text: Text = field(default_factory=Text)
    shop: Shop = field(default_factory=Shop)
    audience: Audience = field(default_factory=Audience)
    journeys: Journeys = field(default_factory=Journeys)
    journey: tuple[Journey, ...] = (Journey(name="basket-reminder"),)
    pictures: Pictures = field(default_factory=Pictures)
    related: Related = field(default_factory=Related)
    doors: Doors = field(default_factory=Doors)
    drop: tuple[Drop, ...] = ()
    webhook: tuple[Webhook, ...] = ()


def load(path: Path | None) -> Config:
    """The settings in `path`, the defaults where there is none. Raises ConfigError naming the key and the fix."""
    if path is None:
        return Config()
    try:
        return _beside(path, parse(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} can't be read ({error}). Name another file with --config.") from error


def _beside(path: Path, config: Config) -> Config:
    """Paths in the file are meant from the file's folder."""
    folder = path.resolve().parent
    drops = tuple(replace(drop, path=str(folder / drop.path)) for drop in config.drop)
    hooks = tuple(replace(one, secret_file=str(folder / one.secret_file)) for one in config.webhook)
    mail = replace(config.mail, returns=str(folder / config.mail.returns) if config.mail.returns else "")
    theme = str(folder / config.shop.theme) if config.shop.theme else ""
    return replace(config, mail=mail, webhook=hooks, drop=drops, shop=replace(config.shop, theme=theme))


def parse(text: str) -> Config:
    try:
        table: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"The settings are no TOML: {error}.") from error
    try:
        return checked(read(Config, table))
    except BadSettingError as error:
        raise ConfigError(str(error)) from error


def checked(config: Config) -> Config:
    """`config`, or a ConfigError for a value of the right kind that makes no sense."""
    if not 0 <= config.web.port <= 65535:
        raise ConfigError(f"web.port must lie between 0 and 65535, not {config.web.port}.")
    if config.web.staff_url and not STAFF_URL.fullmatch(config.web.staff_url):
        raise ConfigError(f"web.staff_url must be like https://hq.shop.example, not {config.web.staff_url!r}.")
    if not 0 <= config.audience.control <= 100:
        raise ConfigError(f"audience.control is a percentage: 0 to 100, not {config.audience.control}.")
    if config.mail.tls not in ("", "starttls", "tls"):
        raise ConfigError(f'mail.tls must be "", "starttls" or "tls", not {config.mail.tls!r}.')
    if config.text.gateway and not config.text.gateway.startswith(("http://", "https://")):
        raise ConfigError(f"text.gateway must be a URL such as https://sms.example/send, not {config.text.gateway!r}.")
    if config.shop.timezone not in available_timezones():
        raise ConfigError(f"shop.timezone must be a name such as Europe/Tallinn, not {config.shop.timezone!r}.")
    if not (1 <= config.doors.most_mib <= 4096 and 0 <= config.doors.publish_seconds <= 86_400):
        raise ConfigError("doors.most_mib must lie between 1 and 4096, doors.publish_seconds between 0 and 86400.")
    for drop in config.drop:
        _check(drop)
    _check_journeys(config)
    for webhook in config.webhook:
        _check_webhook(webhook)
    for key, least in (("every_hours", 0), ("days", 1), ("support", 1), ("most", 1)):
        if not least <= getattr(config.related, key) <= 10_000:
            raise ConfigError(f"related.{key} must lie between {least} and 10000.")
    host_ports(config.broker.address, "broker.address")
    host_ports(config.broker.public, "broker.public")
    if config.mail.smtp:
        host_port(config.mail.smtp, "mail.smtp")
    return config


def _check_journeys(config: Config) -> None:
    if not (1 <= config.journeys.most <= 100 and 1 <= config.journeys.days <= 365):
        raise ConfigError("journeys.most must lie between 1 and 100, journeys.days between 1 and 365.")
    if config.journeys.quiet and not QUIET.fullmatch(config.journeys.quiet):
        raise ConfigError(f'journeys.quiet must be like "21:00-08:00", or "", not {config.journeys.quiet!r}.')
    names = [journey.name for journey in config.journey]
    if again := next((name for name in names if names.count(name) > 1 or name == "basket"), ""):
        raise ConfigError(f"journey.name: {again!r} is taken. Give each journey a name of its own.")
    for journey in config.journey:
        _check_journey(journey)


def _check_journey(journey: Journey) -> None:
    if not NAME.fullmatch(journey.name):
        raise ConfigError(f"journey.name must be 1 to 32 of a-z, 0-9 and -, not {journey.name!r}.")
    for key, known in (("trigger", TRIGGERS), ("message", MESSAGES)):
        if (told := getattr(journey, key)) not in known:
            raise ConfigError(f"journey.{key}: {told!r} is none of {', '.join(known)}.")
    if not 0 <= journey.wait_hours < journey.until_hours <= 24 * 366:
        raise ConfigError("journey.until_hours must be more than journey.wait_hours, and at most 8784.")
    if not 0 <= journey.control <= 100:
        raise ConfigError(f"journey.control is a percentage: 0 to 100, not {journey.control}.")


def _check_webhook(webhook: Webhook) -> None:
    if not NAME.fullmatch(webhook.name):
        raise ConfigError(f"webhook.name must be 1 to 32 of a-z, 0-9 and -, not {webhook.name!r}.")
    if webhook.shape not in SHAPES:
        raise ConfigError(f"webhook.shape: {webhook.shape!r} is none of {', '.join(SHAPES)}.")
    if not (webhook.secret_file and webhook.store):
        raise ConfigError("webhook.secret_file and webhook.store must name a file and a store.")


def _check(drop: Drop) -> None:
    if not drop.path:
        raise ConfigError("drop.path is missing: name the folder that is to be watched.")
    if wrong := [feed for feed in drop.feeds if feed not in FEEDS]:
        raise ConfigError(f"drop.feeds: {wrong[0]!r} is none of {', '.join(FEEDS)}.")
    if not 1 <= drop.quiet_seconds <= 86_400:
        raise ConfigError(f"drop.quiet_seconds must lie between 1 and 86400, not {drop.quiet_seconds}.")


def host_ports(addresses: str, key: str) -> tuple[tuple[str, int], ...]:
    """Each of several, separated by commas; () of ""."""
    return tuple(host_port(address.strip(), key) for address in addresses.split(",")) if addresses else ()


def host_port(address: str, key: str) -> tuple[str, int]:
    """("127.0.0.1", 1883) of "127.0.0.1:1883"; `key` names the setting in the error."""
    host, colon, port = address.rpartition(":")
    if not (colon and host and port.isdecimal() and 0 < int(port) <= 65535):
        raise ConfigError(f"{key} must be host:port, such as 127.0.0.1:1883, not {address!r}.")
    return host.strip("[]"), int(port)
