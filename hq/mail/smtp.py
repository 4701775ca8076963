"""The mail server: one connection for a handful of mails, and what its answers mean."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

from hq.config import Mail
from hq.config_checks import host_port

TIMEOUT = 20.0


class Undeliverable(Exception):
    """This mail will never be taken, `str()` says why. `bounced`: since there is no such mailbox."""

    def __init__(self, why: str, *, bounced: bool) -> None:
        super().__init__(why)
        self.bounced = bounced


class NotNow(Exception):
    """This mail was put off by the server: try again later. `str()` says why, and names nobody."""


class Away(NotNow):
    """The server can't be reached, or hung up: no mail gets through for the moment."""


@contextmanager
def connection(config: Mail) -> Iterator[smtplib.SMTP]:
    """Signed in and, where the settings ask for it, encrypted. Raises Away."""
    host, port = host_port(config.smtp, "mail.smtp")
    try:
        server = _connect(config, host, port)
    except (OSError, smtplib.SMTPException) as error:
        raise Away(_said(error)) from error
    try:
        yield server
    finally:
        _leave(server)


def _connect(config: Mail, host: str, port: int) -> smtplib.SMTP:
    if config.tls == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT)
    if config.tls == "starttls":
        server.starttls(context=ssl.create_default_context())
    if config.user:
        server.login(config.user, Path(config.password_file).read_text().strip())
    return server


def _leave(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()  # what was taken was taken; a server that hangs up early changes nothing


def hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    """Returns after the server's 250 for the whole message. Raises Undeliverable, NotNow or Away."""
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        raise _refused(*next(iter(error.recipients.values()))) from error
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPNotSupportedError as error:
        raise Undeliverable("the mail server takes no address in this script (SMTPUTF8)", bounced=False) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Away(_said(error)) from error


def _refused(code: int, text: bytes | str) -> Exception:
    words = _nameless(text if isinstance(text, str) else text.decode(errors="replace"))
    if code < 500:
        return (Away if code == 421 else NotNow)(f"{code} {words}")
    # RFC 3463: 5.1.x is about the address itself; other refusals (policy, size, relay) say nothing about the mailbox.
    return Undeliverable(f"{code} {words}", bounced=words.startswith("5.1.") or code in (551, 553))


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_nameless(str(error.smtp_error))}"
    return f"{type(error).__name__}: {_nameless(str(error))}"


def _nameless(text: str) -> str:
    """Servers like to repeat the address; a log or a table must not."""
    return re.sub(r"\S+@\S+", "<address>", text)[:200]
