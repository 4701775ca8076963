"""A letter's values -> a message (RFC 5322): text and HTML, with the headers that mailbox providers look for."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any

import idna
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hq.errors import ConfigError

HERE = Path(__file__).parent
COMPILED = HERE / "compiled"
"""Where scripts/build-assets puts the HTML that MJML makes of templates/*.mjml."""


class _Unfolded(EmailPolicy):
    """A folded List-Unsubscribe breaks DKIM signatures and mailbox providers' parsers (nodemailer #1654)."""

    def fold(self, name: str, value: str) -> str:
        return f"{name}: {value}{self.linesep}" if _whole(name) else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii") if _whole(name) else super().fold_binary(name, value)


def _whole(name: str) -> bool:
    return name.lower().startswith("list-unsubscribe")


POLICY = _Unfolded(linesep=SMTP.linesep)


def compose(values: Mapping[str, Any], *, sender: str, to: str, message_id: str, at: int) -> EmailMessage:
    """`at` in milliseconds since 1970. Raises ValueError for an address that no header can hold."""
    message = EmailMessage(policy=POLICY)
    message["From"] = sender
    message["To"] = _address(to)
    message["Subject"] = values["subject"]
    message["Date"] = format_datetime(datetime.fromtimestamp(at // 1000, UTC))
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    message["List-Unsubscribe"] = f"<{values['unsubscribe_url']}>"  # RFC 2369
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    message.set_content(_plain().get_template("basket.txt").render(values), cte="quoted-printable")
    message.add_alternative(_html().get_template("basket.html").render(values), "html", cte="quoted-printable")
    message["Content-Language"] = values["language"]  # last: set_content takes Content-… along into the part
    return message


def _address(to: str) -> Address:
    local, _, domain = to.rpartition("@")
    return Address(username=local, domain=idna.encode(domain, uts46=True).decode())  # as SMTP without SMTPUTF8 has it


@cache
def _plain() -> Environment:
    return Environment(  # noqa: S701  # text/plain: nothing to escape
        loader=FileSystemLoader(HERE / "templates"), trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )


@cache
def _html() -> Environment:
    if not (COMPILED / "basket.html").exists():
        raise ConfigError(f"{COMPILED / 'basket.html'} is not built. Run scripts/build-assets.")
    return Environment(loader=FileSystemLoader(COMPILED), autoescape=True, undefined=StrictUndefined)
