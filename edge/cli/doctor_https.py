"""What `tote doctor` finds about the certificate of the screens."""

import time
from datetime import UTC, datetime
from pathlib import Path

from edge.cli.selftest.answers import Finding
from edge.config import Config

SOON = 30 * 86_400
"""Seconds before its end at which a certificate is a finding: the box has then tried for half a year."""


def examine_https(config: Config) -> Finding:
    from cryptography import x509  # takes its time

    from edge.tls import Folder, TlsError

    own = config.screen.certificate
    try:
        path = Path(own) if own else Folder(Path(config.dir, "https"), config.store).chain[0]
        ends = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc.timestamp()
    except (OSError, ValueError, TlsError) as error:
        remedy = "mend screen.certificate" if own else "start the box (tote run): it gets one"
        return Finding(what="https", ok=False, words=f"no certificate for the screens: {error}", remedy=remedy)
    words = f"the certificate of the screens lasts until {datetime.fromtimestamp(ends, UTC):%d %B %Y}"
    if ends - time.time() > SOON:
        return Finding(what="https", ok=True, words=words)
    remedy = "bring another one" if own else "mend the line to HQ, who gives the next one, and look at the box's clock"
    return Finding(what="https", ok=False, words=words, remedy=remedy)
