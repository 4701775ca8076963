"""Another key for the line: made here, vouched for by HQ over the line itself, and used from the next connection on.

Both files are written beside the old ones before either takes its place; a box that dies in between finishes that at
its next start (`settle`), so key and certificate always belong together.
"""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

from edge.actions import CannotError, NotNowError
from edge.config import Config
from edge.secure import NEXT, settle
from sync import certificates
from sync.durable import keep
from sync.tls import Trust

Ask = Callable[[str, dict[str, Any], float], dict[str, Any] | None]
"""Puts a question to HQ (`sync.service.BoxSync.ask`)."""
PATIENCE = 15.0
"""Seconds for HQ's answer: it may have a cluster of brokers learn of the certificate first."""


def rotate_keys(config: Config, trust: Trust | None, ask: Ask, reconnect: Callable[[], None]) -> None:
    """Raises CannotError and NotNowError."""
    if trust is None:
        raise CannotError("this box speaks in the open and has no key: enrol it")
    key = certificates.new_key()
    told = ask("renew", {"request": certificates.request_of(key).decode()}, PATIENCE)
    if told is None:
        raise NotNowError("HQ did not answer")
    made = told.get("certificate")
    if not isinstance(made, str):
        raise CannotError("HQ's answer holds no certificate")
    _, certificate, private = config.line_files
    keep(_beside(private), certificates.pem_of_key(key), mode=0o600)
    keep(_beside(certificate), made.encode(), mode=0o644)  # the last: from here on the new pair is whole
    try:
        trust.load_cert_chain(_beside(certificate), _beside(private))
    except ssl.SSLError as error:
        _beside(certificate).unlink()
        raise CannotError("HQ's certificate is not for the key that was made") from error
    settle(certificate, private)
    reconnect()


def _beside(path: Path) -> Path:
    return path.with_name(path.name + NEXT)
