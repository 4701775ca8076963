"""What HQ's settings must be beyond the right kind: each mistake is a ConfigError that names the key and the fix."""

import re
from collections.abc import Sequence
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email

from hq.config import (
    FEEDS,
    MAIL_SHAPES,
    MESSAGE_OF,
    RULES,
    SHAPES,
    Alarms,
    Config,
    Drop,
    Journey,
    MailHook,
    Webhook,
    WebShop,
)
from hq.config_marketing_checks import NAME, check_marketing
from hq.errors import ConfigError
from hq.outbox import ASKED

STAFF_URL = re.compile(r"https?://[A-Za-z0-9.\[\]:-]+")
ORIGIN = re.compile(r"https?://[a-z0-9.\[\]:-]+")
PREFIX = re.compile(r"[A-Za-z0-9_-]{0,16}")
WRITE_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
QUIET = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")


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
    _check_alarms(config.alarms)
    for drop in config.drop:
        _check(drop)
    _check_journeys(config)
    check_marketing(config)
    for webhook in config.webhook:
        place = webhook.store, webhook.prefix
        _check_webhook(webhook, [one for one in config.webhook if (one.store, one.prefix) == place])
    for mailhook in config.mailhook:
        _check_mailhook(mailhook)
    for webshop in config.webshop:
        _check_webshop(webshop, [one.write_key for one in config.webshop])
    for key, least in (("every_hours", 0), ("days", 1), ("support", 1), ("most", 1)):
        if not least <= getattr(config.related, key) <= 10_000:
            raise ConfigError(f"related.{key} must lie between {least} and 10000.")
    host_ports(config.broker.address, "broker.address")
    host_ports(config.broker.public, "broker.public")
    if config.mail.smtp:
        host_port(config.mail.smtp, "mail.smtp")
    return config


def _check_alarms(alarms: Alarms) -> None:
    for mail in alarms.mail:
        try:
            validate_email(mail, check_deliverability=False)
        except EmailNotValidError as error:
            raise ConfigError(f"alarms.mail: {mail!r} is no mail address ({error}).") from error
    if alarms.webhook and not alarms.webhook.startswith(("http://", "https://")):
        raise ConfigError(f"alarms.webhook must be a URL such as https://chat.example/hook, not {alarms.webhook!r}.")
    if bool(alarms.webhook) != bool(alarms.secret_file):
        raise ConfigError("alarms.webhook and alarms.secret_file belong together: set both, or neither.")
    if alarms.hours and not QUIET.fullmatch(alarms.hours):
        raise ConfigError(f'alarms.hours must be like "08:00-20:00", or "", not {alarms.hours!r}.')
    for key in ("unseen_minutes", "queue_minutes", "station_minutes", "disk_mib", "backup_hours"):
        if not 1 <= getattr(alarms, key) <= 100_000:
            raise ConfigError(f"alarms.{key} must lie between 1 and 100000.")
    if not 0 <= alarms.battery_percent <= 100:
        raise ConfigError(f"alarms.battery_percent is a percentage: 0 to 100, not {alarms.battery_percent}.")
    if wrong := [rule for rule in alarms.off if rule not in RULES]:
        raise ConfigError(f"alarms.off: {wrong[0]!r} is none of {', '.join(RULES)}.")


def _check_journeys(config: Config) -> None:
    if not (1 <= config.journeys.most <= 100 and 1 <= config.journeys.days <= 365):
        raise ConfigError("journeys.most must lie between 1 and 100, journeys.days between 1 and 365.")
    if config.journeys.quiet and not QUIET.fullmatch(config.journeys.quiet):
        raise ConfigError(f'journeys.quiet must be like "21:00-08:00", or "", not {config.journeys.quiet!r}.')
    names = [journey.name for journey in config.journey]
    if again := next((name for name in names if names.count(name) > 1 or name in ASKED), ""):
        raise ConfigError(f"journey.name: {again!r} is taken. Give each journey a name of its own.")
    for journey in config.journey:
        _check_journey(journey)
        if journey.coupon and journey.coupon not in {coupon.name for coupon in config.coupon}:
            raise ConfigError(f"journey.coupon: there is no [[coupon]] with the name {journey.coupon!r}.")


def _check_journey(journey: Journey) -> None:
    if not NAME.fullmatch(journey.name):
        raise ConfigError(f"journey.name must be 1 to 32 of a-z, 0-9 and -, not {journey.name!r}.")
    if journey.trigger not in MESSAGE_OF:
        raise ConfigError(f"journey.trigger: {journey.trigger!r} is none of {', '.join(MESSAGE_OF)}.")
    if journey.words != (fits := MESSAGE_OF[journey.trigger]):
        raise ConfigError(
            f"journey.message: with the trigger {journey.trigger!r} goes {fits!r}, not {journey.message!r}."
        )
    if not 0 <= journey.wait_hours < journey.until_hours <= 24 * 366:
        raise ConfigError("journey.until_hours must be more than journey.wait_hours, and at most 8784.")
    if not (0 <= journey.every_days <= 366 and 0 <= journey.nearby_km <= 20_000 and 0 < journey.ahead_days <= 90):
        raise ConfigError(
            "journey.every_days must lie between 0 and 366, nearby_km between 0 and 20000, ahead_days up to 90."
        )
    if not 0 <= journey.control <= 100:
        raise ConfigError(f"journey.control is a percentage: 0 to 100, not {journey.control}.")


def _check_webhook(webhook: Webhook, alike: Sequence[Webhook]) -> None:
    if not NAME.fullmatch(webhook.name):
        raise ConfigError(f"webhook.name must be 1 to 32 of a-z, 0-9 and -, not {webhook.name!r}.")
    if webhook.shape not in SHAPES:
        raise ConfigError(f"webhook.shape: {webhook.shape!r} is none of {', '.join(SHAPES)}.")
    if not (webhook.secret_file and webhook.store):
        raise ConfigError("webhook.secret_file and webhook.store must name a file and a store.")
    if not PREFIX.fullmatch(webhook.prefix):
        raise ConfigError(f"webhook.prefix must be up to 16 letters, digits, _ and -, not {webhook.prefix!r}.")
    if len(alike) > 1:
        first, second = (one.name for one in alike[:2])
        raise ConfigError(
            f"webhook.prefix: {first!r} and {second!r} both tell orders of {webhook.store!r}: order 727 of the one "
            'would be taken for that of the other. Give one of them a prefix of its own, such as prefix = "b-".'
        )


def _check_mailhook(mailhook: MailHook) -> None:
    if not NAME.fullmatch(mailhook.name):
        raise ConfigError(f"mailhook.name must be 1 to 32 of a-z, 0-9 and -, not {mailhook.name!r}.")
    if mailhook.shape not in MAIL_SHAPES:
        raise ConfigError(f"mailhook.shape: {mailhook.shape!r} is none of {', '.join(MAIL_SHAPES)}.")
    if not mailhook.secret_file:
        raise ConfigError("mailhook.secret_file must name a file.")


def _check_webshop(webshop: WebShop, keys: list[str]) -> None:
    if not NAME.fullmatch(webshop.name):
        raise ConfigError(f"webshop.name must be 1 to 32 of a-z, 0-9 and -, not {webshop.name!r}.")
    if not WRITE_KEY.fullmatch(webshop.write_key) or keys.count(webshop.write_key) > 1:
        fix = "`openssl rand -hex 16` makes one"
        raise ConfigError(f"webshop.write_key must be 16 to 64 letters, digits, - and _, no other shop's: {fix}.")
    if wrong := [origin for origin in webshop.origins if not ORIGIN.fullmatch(origin)]:
        raise ConfigError(f"webshop.origins must be like https://shop.example, without a path, not {wrong[0]!r}.")
    if not webshop.store or not 1 <= webshop.most_per_second <= 100_000:
        raise ConfigError("webshop.store must name a store, webshop.most_per_second lie between 1 and 100000.")


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
