"""HQ's settings: one TOML file, read into frozen dataclasses.

    [web]       host, port, public_url, cart_url
    [broker]    address, tls, public, reload
    [database]  url
    [mail]      smtp, sender, tls, user, password_file
    [shop]      name, languages, theme, timezone
    [metrics]   token_file
    [alarms]    mail, webhook, secret_file, hours, unseen_minutes, queue_minutes, station_minutes, disk_mib,
                battery_percent, backup_hours, off
    [audience]  control
    [[audiences]] name, of, days, after_hours, categories, not_bought, idle_days
    [[destination]] name, platform, audience, id, account, site, token_file, token_command, url, every_hours
    [journeys]  most, days, quiet, events
    [[journey]] name, on, trigger, message, wait_hours, until_hours, every_days, stores, categories, nearby_km,
                ahead_days, control, coupon
    [[coupon]]  name, percent, amount, minimum, starts, until, days, articles, categories, stores
    [[points]]  every, since
    [friends]   coupon, wait_days
    [pictures]  private
    [related]   every_hours, days, support, most
    [doors]     most_mib, publish_seconds
    [[webhook]] name, shape, secret_file, store, prefix
    [[mailhook]] name, shape, secret_file
    [[webshop]] name, write_key, secret_file, origins, store, most_per_second
    [[drop]]    path, full, feeds, store, language, currency, quiet_seconds

Every key has a default that is right for one machine; `tote-hq run --help` names the flags that override some of them.
The text below a key is what `tote-hq config explain` and docs/config.md say of it.
"""

from dataclasses import dataclass, field

from edge.domain.explained import Definition
from hq.config_coupons import Coupon, Friends, Points
from hq.config_marketing import SHIPPED, Audiences, Destination

FEEDS = ("stores", "articles", "prices", "stock", "sales", "reviews", "orders")
"""What files may be lists of (`hq.importers.format.KINDS`)."""


@dataclass(frozen=True, kw_only=True)
class Web:
    host: str = "127.0.0.1"
    """Where HQ's web listens: a proxy with a certificate stands before it (docs/operate.md)."""
    port: int = 8080
    """0 takes any free port."""
    public_url: str = ""
    """What shoppers and boxes call this HQ, such as https://hq.shop.example: it stands in mails and in what
    `tote-hq enrol` prints. "" is http://host:port."""
    staff_url: str = ""
    """What browsers call HQ's own pages where colleagues reach them over the network, behind a proxy with TLS, such as
    https://hq.shop.example; they have to sign in (tote-hq account). "" is this machine alone."""
    cart_url: str = ""
    """Where the buy button leads: {skus}, {ids} (the shop's own numbers, from the addresses of its pages), {basket} and
    {coupon} (a single-use code) are filled in. Shopify's is https://shop.example/cart/{ids}?attributes[tote_basket]={basket},
    WooCommerce's https://shop.example/checkout-link/?products={ids}. "" links each article to its own page."""


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
    """Whom mails come from."""
    tls: str = ""
    """"starttls", "tls" (from the first octet), or "" for none."""
    user: str = ""
    """Who signs in there; "" sends without signing in."""
    password_file: str = ""
    """The file that holds the password, so that the settings need not be secret; `tote-hq` must be able to read it."""
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
    """In mails and pages; "" takes the name of the theme."""
    languages: tuple[str, ...] = ()
    """In the order of fallback; [] takes those of the catalogue."""
    theme: str = ""
    """Path of a theme file, from the folder of the settings; "" is the plain one that is shipped."""
    timezone: str = "UTC"
    """Of the times that shoppers read, such as Europe/Tallinn."""


@dataclass(frozen=True, kw_only=True)
class Metrics:
    token_file: str = ""
    """The file with the token by which others than this machine may ask /metrics; "" lets this machine alone."""


@dataclass(frozen=True, kw_only=True)
class Alarms:
    """What of the fleet needs somebody, and who is told (docs/operate.md)."""

    mail: tuple[str, ...] = ()
    """Addresses that are mailed when something begins and when it is over; [] mails nobody."""
    webhook: str = ""
    """URL that is told the same as JSON; "" tells none."""
    secret_file: str = ""
    """The file with the secret that what the webhook is told is signed with."""
    hours: str = "08:00-20:00"
    """When stores are open whose own hours are not known; "" is always."""
    unseen_minutes: int = 15
    """Minutes for which a box may be away, or silent, while its store is open."""
    queue_minutes: int = 30
    """Minutes that events may wait on a box whose line is up."""
    station_minutes: int = 60
    """Minutes for which a station may be out of sight while its store is open."""
    disk_mib: int = 500
    """MiB that must be free on a box's disk, and on HQ's."""
    battery_percent: int = 15
    """Per cent that a tablet without charger must have left."""
    backup_hours: int = 48
    """Hours that the last verified backup of HQ may be old."""
    off: tuple[str, ...] = ()
    """Rules that nobody is told of, by their names (docs/operate.md); they stand on the fleet's page all the same."""


@dataclass(frozen=True, kw_only=True)
class Audience:
    control: int = 0
    """Per cent of new profiles that are kept out of every campaign, to measure against."""


@dataclass(frozen=True, kw_only=True)
class Journey:
    """A message that nobody asked for, and when it goes (docs/journeys.md)."""

    name: str
    """1 to 32 of a-z, 0-9 and "-"."""
    on: bool = False
    """Whether it begins at all."""
    trigger: str = "basket-left"
    """What begins it: "basket-left", a basket that was sent; "size-missed", somebody asked for an article that was sold
    out; "purchased", an order; "store-event", an event of a store comes near (journeys.events); "friend-bought",
    somebody whom they brought bought for the first time (friends.coupon)."""
    message: str = ""
    """Which words it has: "reminder", "offer", "thanks", "invitation" or "reward"; "" those that go with its
    trigger."""
    wait_hours: float = 20
    """Hours after its trigger at which it goes at the earliest."""
    until_hours: float = 168
    """Hours after its trigger from which it is too late."""
    every_days: int = 0
    """One person gets it at most once in so many days; 0 as often as it is triggered."""
    stores: tuple[str, ...] = ()
    """Only what happened in these stores triggers it; [] in any, and in the web shop."""
    categories: tuple[str, ...] = ()
    """Only articles of these categories, and of those below them, are written about; [] all."""
    nearby_km: float = 30
    """How far (km) somebody is sent for an article or an event, from the store that they were in."""
    ahead_days: float = 7
    """How long (days) before an event of a store its invitations are triggered."""
    control: int = 0
    """Per cent of people who never get it, to measure against."""
    coupon: str = ""
    """The name of the campaign of which its message carries a code of its own; "" carries none."""

    @property
    def words(self) -> str:
        """The section of the words that its message is written in."""
        return self.message or MESSAGE_OF[self.trigger]


MESSAGE_OF = {
    "basket-left": "reminder",
    "size-missed": "offer",
    "purchased": "thanks",
    "store-event": "invitation",
    "friend-bought": "reward",
}
"""Which message goes with which trigger: its words speak of nothing else."""


@dataclass(frozen=True, kw_only=True)
class Journeys:
    """What holds for all of them together."""

    most: int = 2
    """Messages of all journeys to one person at most, in `days`."""
    days: int = 7
    """For how long `most` counts."""
    quiet: str = "21:00-08:00"
    """When nothing goes, by the clock of the store that the person was in; "" is never."""
    events: str = ""
    """Path of the file with the events of the stores, from the folder of the settings; "" has none."""


@dataclass(frozen=True, kw_only=True)
class Pictures:
    private: tuple[str, ...] = ()
    """Hosts inside the house from which pictures that a feed names by address may be fetched. From the public web they
    are fetched anyhow: by http(s), up to 20 MB and 30 s each; what can't be had is tried again later and later."""


@dataclass(frozen=True, kw_only=True)
class Related:
    """What goes with what, learned from baskets (docs/importing.md)."""

    every_hours: int = 24
    """How often it is learned anew what goes with what; 0 only when `tote-hq related` is called."""
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
    """The largest file that an upload may be, in MiB."""
    publish_seconds: int = 10
    """How soon (seconds) a version with what came in is published: all that comes in meanwhile goes with it."""


@dataclass(frozen=True, kw_only=True)
class Drop:
    """A folder that is watched."""

    path: str
    """Of the folder, from that of the settings."""
    full: bool = False
    """Take each file for all there is."""
    feeds: tuple[str, ...] = ()
    """What may come in: stores, articles, prices, stock, sales, reviews, orders; [] anything."""
    store: str = ""
    """The one store that may be spoken of; "" any."""
    language: str = "en"
    """Of texts that don't say it themselves."""
    currency: str = "EUR"
    """Of prices that don't say it themselves."""
    quiet_seconds: int = 5
    """How long (seconds) a file must not have changed, unless it was renamed to its name."""


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """A shop or till that tells its orders as they happen, at POST /orders/NAME (docs/importing.md)."""

    name: str
    """Its address is POST /orders/NAME."""
    secret_file: str
    """The file with the secret that its bodies are signed with."""
    shape: str = "tote"
    """How it tells them: "tote", "shopify" or "woocommerce"."""
    store: str = "web"
    """Where an order belongs that names no store."""
    prefix: str = ""
    """Put before its order numbers. Orders are known by store and number, so webhooks of one store need different ones;
    a shop that also tells by the web API keeps "" there."""


RULES = (
    *("unseen", "silent", "fork", "two-boxes", "quarantine", "version", "queue", "trouble", "disk", "hot", "clock"),
    *("reader", "vanished", "away", "battery", "revoked", "refused", "certificate"),
    *("hq-broker", "hq-backup", "hq-disk", "hq-mail", "hq-decisions", "hq-certificate"),
)
"""What alarms are about."""
SHAPES = ("tote", "shopify", "woocommerce")


@dataclass(frozen=True, kw_only=True)
class MailHook:
    """A mail service that tells of mails that came back, at POST /returns/NAME (docs/operate.md)."""

    name: str
    """Its address is POST /returns/NAME."""
    secret_file: str
    """The file with the secret: the key that it signs with; of Postmark and SES name:password, as in the address that
    they were given."""
    shape: str = "tote"
    """How it tells them: "tote", "mailgun", "postmark" or "ses"."""


MAIL_SHAPES = ("tote", "mailgun", "postmark", "ses")


@dataclass(frozen=True, kw_only=True)
class WebShop:
    """A web shop whose pages and server report views, carts and purchases, and ask what to show (docs/webapi.md)."""

    name: str
    """1 to 32 of a-z, 0-9 and "-"."""
    write_key: str
    """Stands in its pages, for everybody to read: 16 to 64 of letters, digits, "-" and "_" that nobody else has."""
    secret_file: str = ""
    """The file with the secret that its server signs with; "" believes no server."""
    origins: tuple[str, ...] = ()
    """Of its pages, such as https://shop.example: no other page's browser is answered."""
    store: str = "web"
    """Where the orders belong that its server tells."""
    most_per_second: int = 100
    """Requests that are answered in a second; four times as many in one moment."""


@dataclass(frozen=True, kw_only=True)
class Config:
    web: Web = field(default_factory=Web)
    broker: Broker = field(default_factory=Broker)
    database: Database = field(default_factory=Database)
    mail: Mail = field(default_factory=Mail)
    text: Text = field(default_factory=Text)
    shop: Shop = field(default_factory=Shop)
    metrics: Metrics = field(default_factory=Metrics)
    alarms: Alarms = field(default_factory=Alarms)
    audience: Audience = field(default_factory=Audience)
    audiences: tuple[Audiences, ...] = SHIPPED
    destination: tuple[Destination, ...] = ()
    journeys: Journeys = field(default_factory=Journeys)
    journey: tuple[Journey, ...] = (
        Journey(name="basket-reminder"),
        Journey(name="next-day-offer", trigger="size-missed", until_hours=72),
        Journey(name="thanks", trigger="purchased", wait_hours=48, every_days=30),
        Journey(name="invitation", trigger="store-event", wait_hours=0),
        Journey(name="friend-reward", trigger="friend-bought", wait_hours=0),
    )
    coupon: tuple[Coupon, ...] = ()
    points: tuple[Points, ...] = ()
    friends: Friends = field(default_factory=Friends)
    pictures: Pictures = field(default_factory=Pictures)
    related: Related = field(default_factory=Related)
    doors: Doors = field(default_factory=Doors)
    drop: tuple[Drop, ...] = ()
    webhook: tuple[Webhook, ...] = ()
    webshop: tuple[WebShop, ...] = ()
    mailhook: tuple[MailHook, ...] = ()


SETTINGS = Definition(kind=Config, prefix="TOTEHQ_")
