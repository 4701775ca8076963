"""HQ at work: the line to the stores, the mails and the web, built in one place, stopped in reverse."""

import logging
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from hq.alone import alone
from hq.answers import AnswerLine
from hq.audience.goods import follower
from hq.authority import line_trust
from hq.authority.watch import Watch
from hq.backup.trimming import trimmer
from hq.clock import Clock, now
from hq.config import Config
from hq.config_checks import host_ports
from hq.doors.folder import folders
from hq.feeds.wanted import publisher
from hq.fleet.alarming import alarmer
from hq.fleet.listening import StateLine
from hq.fleet.retiring import retirer
from hq.friends.rewarding import rewarder
from hq.journeys.starting import starter
from hq.lapsing import lapser
from hq.line import HqLine
from hq.linking.regrouping import grouper
from hq.mail import queue
from hq.mail.returns import watcher
from hq.mail.sender import Sender
from hq.outcomes import following
from hq.pictures.fetching import fetcher
from hq.projection import spans
from hq.recurring import Recurring
from hq.related.learner import learner
from hq.sending.recurrent import sender
from hq.server import Server
from hq.service import Hq, open_hq
from hq.settling import settler
from hq.telling import teller
from hq.texts import Texts
from hq.web import create_app
from hq.web.app import theme_of
from hq.wishes.starting import wisher

log = logging.getLogger(__name__)


class Running:
    """A started HQ. Raises HqError, having stopped what it had started."""

    def __init__(self, directory: Path, config: Config, *, clock: Clock = now) -> None:
        with ExitStack() as parts:
            parts.enter_context(alone(directory, "Stop it, or name another --dir."))
            server = Server(config.web.host, config.web.port)
            parts.callback(server.stop)
            self.hq = open_hq(directory, replace(config, web=replace(config.web, port=server.port)), clock=clock)
            parts.callback(self.hq.close)
            _start_settler(self.hq, parts)
            line_up = _start_line(self.hq, parts)
            _start(alarmer(self.hq, line_up), parts)
            queue.release(self.hq)  # nobody else sends: `alone` holds
            _start_mail(self.hq, parts)
            _start_texts(self.hq, parts)
            server.start(create_app(self.hq, line_up=line_up))
            parts.callback(server.stop)  # before anything that it serves from
            self._parts = parts.pop_all()

    @property
    def url(self) -> str:
        """Where it listens, which a proxy may stand before."""
        web = self.hq.config.web
        return f"http://{web.host}:{web.port}"

    def stop(self) -> None:
        self._parts.close()


def _start_settler(hq: Hq, parts: ExitStack) -> None:
    threads = (
        settler,
        trimmer,
        learner,
        teller,
        fetcher,
        publisher,
        folders,
        starter,
        wisher,
        watcher,
        lapser,
        grouper,
        follower,
        following.follower,
        spans.follower,
        sender,
        rewarder,
        retirer,
    )
    for one in threads:
        _start(one(hq), parts)


def _start(thread: Recurring, parts: ExitStack) -> None:
    thread.start()
    parts.callback(thread.stop)


def _start_line(hq: Hq, parts: ExitStack) -> Callable[[], bool] | None:
    """What says whether the broker is there; None where there is none."""
    if not hq.config.broker.address:
        log.warning("no broker is set (broker.address, --broker): the stores can't reach HQ")
        return None
    addresses = host_ports(hq.config.broker.address, "broker.address")
    tls = line_trust(hq) if hq.config.broker.tls else None
    lines = (HqLine(hq, addresses, tls), AnswerLine(hq, addresses, tls), StateLine(hq, addresses, tls))
    for line in lines:
        line.start()
        parts.callback(line.stop)
    if tls:
        watch = Watch(hq, addresses, tls)
        watch.start()
        parts.callback(watch.stop)
    return lambda: lines[0].up


def _start_mail(hq: Hq, parts: ExitStack) -> None:
    if not hq.config.mail.smtp:
        log.warning("no mail server is set (mail.smtp, --smtp): mails stay in the queue")
        return
    sender = Sender(hq, theme_of(hq))
    sender.start()
    parts.callback(sender.stop)


def _start_texts(hq: Hq, parts: ExitStack) -> None:
    if not hq.config.text.gateway:
        log.info("no gateway for text messages is set (text.gateway): baskets sent to phone numbers stay in the queue")
        return
    thread = Texts(hq, theme_of(hq)).thread()
    thread.start()
    parts.callback(thread.stop)
