"""An audience as a file to an address of the retailer's own: all of it every time, in place of what was sent before.

The file is judged as it is written, goes in one request, and is signed as the webhooks are; to send it again it is
written again. It lies on HQ's disk without a name, so that nothing is left of it whatever happens.
"""

import hmac
import tempfile
from base64 import b64encode
from functools import partial
from io import TextIOWrapper
from typing import BinaryIO

from hq.audience import judging
from hq.audience.declared import declared
from hq.config_marketing import Destination
from hq.errors import BusyError
from hq.exports.files import Form
from hq.exports.whole import write_whole
from hq.sending.posting import Line, NotSent
from hq.sending.tokens import token
from hq.service import Hq

SIGNATURE = "X-Tote-Signature"
AUDIENCE = "X-Tote-Audience"
TYPES: dict[str, tuple[Form, str]] = {
    "csv": ("csv", "text/csv; charset=utf-8; header=present"),
    "json": ("json", "application/x-ndjson"),
}
"""By the platform's name in the settings: the form, and what it is called on the line."""
STEP = 1 << 16


def count(hq: Hq, destination: Destination) -> int:
    """People who would be in it now."""
    with hq.reading() as connection:
        return len(judging.members(connection, declared(hq.config, destination.audience), hq.config, hq.clock()))


def deliver(hq: Hq, destination: Destination, line: Line) -> int:
    """How many people are in what was sent. Raises NotSent."""
    return line.persist(partial(_once, hq, destination, line))


def _once(hq: Hq, destination: Destination, line: Line) -> int:
    form, kind = TYPES[destination.platform]
    secret = token(destination).encode()
    audience = declared(hq.config, destination.audience)
    with tempfile.TemporaryFile(dir=hq.dir) as file:
        text = TextIOWrapper(file, encoding="utf-8", newline="")
        try:
            written = write_whole(hq, form, audience, text)
        except BusyError as busy:
            raise NotSent(str(busy)) from None
        text.flush()
        headers = {"Content-Type": kind, SIGNATURE: _signature(file, secret), AUDIENCE: audience.name}
        line.send_file("POST", destination.url, file, headers=headers)
        text.detach()
    return written.people


def _signature(file: BinaryIO, secret: bytes) -> str:
    """Of the whole file, which stands at its beginning afterwards."""
    file.seek(0)
    sum_ = hmac.new(secret, digestmod="sha256")
    while part := file.read(STEP):
        sum_.update(part)
    file.seek(0)
    return b64encode(sum_.digest()).decode()
