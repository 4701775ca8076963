"""The settings of a box as its shop is told them, and the keys that belong to it."""

import logging
import secrets
from pathlib import Path

from edge.config import Config, ConfigError
from edge.config_tags import secure_tags
from edge.shop import Station
from edge.shop.settings import ShopSettings
from edge.shop.sharing import Sharing
from edge.signing import card_secret, signing_key

log = logging.getLogger(__name__)


def shop_settings(config: Config, folder: Path) -> ShopSettings:
    """`folder` is the data folder; keys that it lacks are made there."""
    stations = {s.id: Station(id=s.id, kind=s.kind, name=s.name or s.id) for s in config.station}  # type: ignore[arg-type]
    return ShopSettings(
        store_id=config.store,
        stations=stations,
        languages=config.languages,
        currency=config.currency,
        country=config.country,
        seal_key=bytes.fromhex(config.hq.seal_key),
        pictures=folder / "pictures",
        idle_ms=config.screen.idle_seconds * 1000,
        code_rules=config.rules,
        secure_tags=secure_tags(config.secure_tag),
        staff_list=folder / "staff.json",
        pairing_required=config.pairing_required,
        staff_idle_s=config.staff.idle_seconds,
        ring=config.staff.ring,
        hold_ms=config.staff.hold_hours * 3_600_000,
        shelves=config.staff.shelves,
        counting=tuple(reader.name for reader in config.reader if reader.counts),
        sharing=_sharing(config, folder),
        coupon_salt=bytes.fromhex(config.hq.verify_key),
        card_secret=_card_secret(folder),
    )


def _card_secret(folder: Path) -> bytes:
    """Without its file one that this run makes: cards that an earlier run knew are then strangers."""
    try:
        return card_secret(folder / "line")
    except (OSError, ConfigError):
        log.exception("what is remembered of cards can't be used")
        return secrets.token_bytes(32)


def _sharing(config: Config, folder: Path) -> Sharing | None:
    """Without its key the box has every other way to hand a basket over."""
    try:
        return Sharing(base=config.hq.told, key=signing_key(folder / "line"))
    except (OSError, ConfigError):
        log.exception("baskets can't be shown as codes for phones")
        return None
