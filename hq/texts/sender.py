"""Sends the text messages that are due, one after the other: a basket's link, or that an article is back."""

import logging
from typing import Any

from sqlalchemy import Row

from hq import decisions, people
from hq.errors import JournalError
from hq.links import Links
from hq.mail import queue
from hq.mail.contents import Never, NotYet, basket_of, judged, page_of
from hq.mail.smtp import NotNow, Undeliverable
from hq.outbox import BACK_TEXT, TEXT
from hq.recurring import Recurring
from hq.service import Hq
from hq.texts.gateway import hand_over
from hq.theme import Theme
from hq.words import count_of, words
from hq.words.format import sums

log = logging.getLogger(__name__)
POLL = 0.5


class Texts:
    """`round` sends what is due. Of two at work one sends a message."""

    def __init__(self, hq: Hq, theme: Theme) -> None:
        self._hq, self._theme = hq, theme
        self._handed: set[str] = set()
        """Taken by the gateway while the database could not be told."""
        self._blocked = False

    def thread(self, poll: float = POLL) -> Recurring:
        return Recurring("texts", (self.round, "text messages wait"), poll=poll)

    def round(self) -> None:
        """What can't be journalled must not be sent: it would be sent again and again."""
        if self._blocked:
            return
        for id in queue.due(self._hq, texts=True):  # noqa: A001
            if row := queue.claim(self._hq, id):
                try:
                    self._send(row)
                except JournalError:
                    self._blocked = True
                    log.exception("no text message leaves any more until HQ is restarted")
                    return

    def _send(self, row: Row[Any]) -> None:
        if row.id in self._handed:
            queue.sent(self._hq, row)
            self._handed.discard(row.id)
            return
        try:
            to, text = self._message(row)
            hand_over(self._hq.config.text, id=row.id, to=to, text=text)
        except NotNow as error:
            queue.retry(self._hq, row, str(error))
        except NotYet as error:
            queue.put_off(self._hq, row, error.until, str(error))
        except Never as error:
            queue.end(self._hq, row, error.state, str(error))
        except Undeliverable as error:
            log.warning("text message %s is undeliverable: %s", row.id, error)
            queue.fail(self._hq, row, str(error))
        else:
            self._handed.add(row.id)
            if decisions.mail_sent(self._hq, row.id, row.profile):
                self._handed.discard(row.id)
            log.info("text message %s sent at try %s", row.id, row.tries)

    def _message(self, row: Row[Any]) -> tuple[str, str]:
        """To whom, and the words as of this moment."""
        hq = self._hq
        if (catalogue := hq.catalogue()) is None:
            raise NotNow("no catalogue is published yet")
        with hq.reading() as reading:
            if row.kind == BACK_TEXT:
                judged(hq, reading, catalogue, row)
            given = people.answers(reading, row.profile)
            to, basket = people.phone_of(reading, row.profile), basket_of(hq, reading, catalogue, row, ())
        if to is None or basket is None:
            raise Undeliverable("the number or the basket is no longer kept", bounced=False)
        if people.refused(given, "sms") or (row.kind == TEXT and people.refused(given, "baskets")):
            raise Never("they want no text messages, or no baskets", "dropped")
        links = Links(base=hq.public_url, key=hq.keys.link)
        say, link = words(basket.language), page_of(row, basket, links)
        if row.kind == BACK_TEXT:
            stop = links.unsubscribe(row.id)
            return to, say("back.text", shop=self._theme.name, name=basket.lines[0].name, url=link, stop=stop)
        total = sums(basket.totals, basket.language)
        count = count_of(say, basket.count)
        return to, say("text.basket", shop=self._theme.name, count=count, total=total, url=link)
