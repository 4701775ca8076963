"""Whether a request bears the signature of who shares a secret with HQ: base64 of HMAC-SHA256, as Shopify, WooCommerce
and others send it."""

import hmac
import logging
from base64 import b64encode
from pathlib import Path

log = logging.getLogger(__name__)


def is_signed(secret_file: str, octets: bytes, signature: str, *, whose: str) -> bool:
    """`whose` names the setting in the log where the file can't be read."""
    try:
        secret = Path(secret_file).read_bytes().strip()
    except OSError as error:
        log.error("%s: its secret_file can't be read: %s", whose, error)
        return False
    right = b64encode(hmac.digest(secret, octets, "sha256"))
    return bool(secret) and hmac.compare_digest(right, signature.encode("utf-8", "replace"))
