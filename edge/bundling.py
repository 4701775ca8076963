"""The bundle for support on its way to HQ: over HQ's web, shown to be this box's by the key of its certificate."""

import tempfile
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import requests

from edge.actions import CannotError, NotNowError
from edge.config import Config
from sync.certificates import proof

MOST = 8 << 20
"""Octets of a bundle."""
TIMEOUT = (5, 60)
"""Seconds to connect, and between two octets."""
Write = Callable[[Path], None]


def send_bundle(config: Config, action: str, write: Write | None, web: Callable[[], requests.Session]) -> None:
    """`write` makes the bundle in a file; None where this program can't. Raises CannotError and NotNowError."""
    if write is None or not config.hq.tls:
        raise CannotError("this box has no certificate to show: enrol it, or write a bundle there with tote doctor")
    with tempfile.TemporaryDirectory(prefix="tote-bundle-") as folder:
        path = Path(folder, "bundle.tar.gz")
        write(path)
        octets = path.read_bytes()
    if len(octets) > MOST:
        raise CannotError(f"the bundle has {len(octets)} octets, {MOST} are the most that HQ takes")
    _, certificate, key = config.line_files
    signed = proof(key.read_bytes(), config.store, action, sha256(octets).hexdigest())
    headers = {
        "Content-Type": "application/gzip",
        "X-Tote-Certificate": b64encode(certificate.read_bytes()).decode(),
        "X-Tote-Proof": b64encode(signed).decode(),
    }
    try:
        with web() as session:
            url = f"{config.hq.url.rstrip('/')}/boxes/{config.store}/bundles/{action}"
            answer = session.post(url, data=octets, headers=headers, timeout=TIMEOUT, allow_redirects=False)
    except requests.RequestException as error:
        raise NotNowError(f"HQ's web does not answer: {type(error).__name__}") from error
    if answer.status_code >= 500:
        raise NotNowError(f"HQ can't take it now: it answers {answer.status_code}")
    if answer.status_code != requests.codes.ok:
        raise CannotError(f"HQ does not take it: it answers {answer.status_code}")
