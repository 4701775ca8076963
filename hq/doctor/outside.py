"""What answers beside HQ: its own service, and the mail server."""

import smtplib
from collections.abc import Iterator

import requests

from hq.doctor import Check
from hq.mail.smtp import NotNow, connection
from hq.service import Hq


def examine(hq: Hq) -> Iterator[Check]:
    yield service(hq)
    yield mail_server(hq)


def service(hq: Hq) -> Check:
    """`tote-hq run` on this machine."""
    web = hq.config.web
    host = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "[::1]"}.get(web.host, web.host)  # noqa: S104
    try:
        answer = requests.get(f"http://{host}:{web.port}/health/ready", timeout=5)
    except requests.RequestException:
        words = f"nothing answers at {host}:{web.port}"
        return Check(what="service", ok=False, words=words, remedy="Start it: systemctl start tote-hq (tote-hq run).")
    ok = answer.status_code == requests.codes.ok
    words = "it runs and makes progress" if ok else f"it answers {answer.status_code}: {answer.text[:200].strip()}"
    return Check(what="service", ok=ok, words=words, remedy="" if ok else "Look at its log: journalctl -u tote-hq.")


def mail_server(hq: Hq) -> Check:
    mail = hq.config.mail
    if not mail.smtp:
        return Check(what="mail", ok=False, words="none is set: mails stay in the queue", remedy="Set mail.smtp.")
    try:
        with connection(mail) as server:
            code, _ = server.noop()
    except (NotNow, OSError, smtplib.SMTPException) as error:
        remedy = "Check mail.smtp, mail.tls, mail.user and mail.password_file; mails wait meanwhile."
        return Check(what="mail", ok=False, words=f"{mail.smtp} does not take mails ({error})", remedy=remedy)
    return Check(what="mail", ok=code == 250, words=f"{mail.smtp} answers {code}")
