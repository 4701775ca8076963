"""A browser's greeting with the screens, without a wire."""

import ssl
import time
from contextlib import suppress
from pathlib import Path

from edge.tls.keeper import server_context
from sync.certificates import moment

AT = float(int(time.time()))
MOMENT = moment(int(AT) * 1000)


def greet(chain: tuple[Path, Path], ca: Path, host: str) -> ssl.SSLObject:
    """Raises ssl.SSLCertVerificationError where a browser that trusts `ca` alone would not open https://`host`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(ca)
    ours, theirs = ssl.MemoryBIO(), ssl.MemoryBIO()
    browser = context.wrap_bio(ours, theirs, server_hostname=host)
    server = server_context(*chain).wrap_bio(theirs, ours, server_side=True)
    for _ in range(3):
        for side in (browser, server):
            with suppress(ssl.SSLWantReadError):
                side.do_handshake()
    return browser
