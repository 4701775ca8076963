"""The thread that sends the queued mails."""

import logging
import smtplib
from threading import Event, Thread
from typing import Any

from sqlalchemy import Row

from hq import decisions, identity, people
from hq.errors import JournalError
from hq.mail import queue
from hq.mail.contents import Never, NotYet, message
from hq.mail.smtp import Away, NotNow, Undeliverable, connection, hand_over
from hq.service import Hq
from hq.theme import Theme

log = logging.getLogger(__name__)

POLL = 0.5
AWAY = 5.0
"""Seconds to leave a mail server alone that could not be reached."""


class Sender:
    """Sends what is due until `stop()`. Any number may run, in one process or many: a mail is sent by one of them."""

    def __init__(self, hq: Hq, theme: Theme, *, poll: float = POLL, away: float = AWAY) -> None:
        self._hq, self._theme = hq, theme
        self._poll, self._away = poll, away
        self._handed: set[str] = set()
        """Mails the server took while the database could not be told: they are not handed over again."""
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="mail", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns when the mail in hand is sent, or after a few seconds: its claim then runs out by itself."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def _run(self) -> None:
        pause = self._poll
        while not self._stopping.wait(pause):
            try:
                pause = self._poll if self.round() else self._away
            except JournalError:
                # What can't be journalled must not be sent: it would be sent again and again.
                log.exception("no mail leaves any more until HQ is restarted")
                return
            except Exception:
                log.exception("mails wait: the round failed")
                pause = self._away

    def round(self) -> bool:
        """Sends everything that is due now. False where the mail server could not be reached."""
        while self._hq.config.mail.smtp and not self._stopping.is_set() and (waiting := queue.due(self._hq)):
            try:
                with connection(self._hq.config.mail) as server:
                    self._send_all(server, waiting)
            except Away as error:
                self._put_off(waiting, str(error))
                return False
        return True

    def _send_all(self, server: smtplib.SMTP, ids: list[str]) -> None:
        for id in ids:  # noqa: A001
            if self._stopping.is_set():
                return
            if row := queue.claim(self._hq, id):
                self._send(server, row)

    def _send(self, server: smtplib.SMTP, row: Row[Any]) -> None:
        if row.id in self._handed:
            queue.sent(self._hq, row)
            self._handed.discard(row.id)
        else:
            self._try(server, row)

    def _try(self, server: smtplib.SMTP, row: Row[Any]) -> None:
        try:
            hand_over(server, message(self._hq, self._theme, row))
        except Away as error:
            queue.retry(self._hq, row, str(error))
            raise
        except NotNow as error:
            queue.retry(self._hq, row, str(error))
        except NotYet as error:
            queue.put_off(self._hq, row, error.until, str(error))
        except Never as error:
            queue.end(self._hq, row, error.state, str(error))
        except Undeliverable as error:
            self._undeliverable(row, error)
        except Exception as error:
            # One mail that can't be composed must not hold up the others, nor be tried without a pause.
            log.exception("mail %s could not be composed", row.id)
            queue.retry(self._hq, row, type(error).__name__)
        else:
            self._sent(row)

    def _sent(self, row: Row[Any]) -> None:
        self._handed.add(row.id)  # before anything that may fail
        if decisions.mail_sent(self._hq, row.id, row.profile):
            self._handed.discard(row.id)
        log.info("mail %s sent at try %s", row.id, row.tries)

    def _undeliverable(self, row: Row[Any], error: Undeliverable) -> None:
        log.warning("mail %s is undeliverable: %s", row.id, error)
        queue.fail(self._hq, row, str(error))
        if error.bounced:
            with self._hq.reading() as reading:
                to = people.mail_of(reading, row.profile)
            if to:
                decisions.suppress(self._hq, identity.digest(self._hq.keys, "mail", to), "bounced")

    def _put_off(self, ids: list[str], error: str) -> None:
        log.warning("%s mails wait, the mail server is away: %s", len(ids), error)
        for id in ids:  # noqa: A001
            if row := queue.claim(self._hq, id):
                queue.retry(self._hq, row, error)
