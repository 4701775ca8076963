"""A whole HQ of a small chain in this process, whose clock can be moved, asked as marketers ask it."""

import hmac
import json
from base64 import b64encode
from io import StringIO
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import select

from hq import clock, identity
from hq.audience import goods
from hq.audience.declared import declared
from hq.audience.explaining import explain_in
from hq.config import Config
from hq.coupons.looking import Seen, look
from hq.doors import tokens
from hq.exports.files import Form, write
from hq.exports.members import members
from hq.feeds.publish import publish
from hq.journeys.rules import HOUR
from hq.journeys.simulating import Foreseen, simulate
from hq.journeys.starting import start_all
from hq.orders.web import HEADERS
from hq.running import Running
from hq.sending.sends import Sent, destination_of, send
from hq.store import tables
from hq.wishes import starting as wishes
from tests.hq.answers.known import furnish


class Moved:
    """The real clock, and what it was put forward by (ms)."""

    ahead = 0

    def __call__(self) -> int:
        return clock.now() + self.ahead


class Headquarters:
    """Its catalogue is the showroom's, published; each count of it older than any that comes in."""

    def __init__(self, folder: Path, config: Config) -> None:
        self.clock = Moved()
        self.running = Running(folder, config, clock=self.clock)
        self.hq = self.running.hq
        furnish(self.hq, counted=1)
        with self.hq.engine.begin() as connection:
            self._door = tokens.new(connection, store="", feeds=(), note="", at=self.clock())[1]
        with self.hq.engine.connect() as connection:
            publish(connection, self.hq.dir, self.hq.keys.signing, now=self.clock())

    def passes(self, hours: float) -> None:
        """What waits for its time begins at once, and not when its thread looks again."""
        self.clock.ahead += round(hours * HOUR)
        start_all(self.hq)
        wishes.start_all(self.hq)

    # ---- what the shops tell -----------------------------------------------------------------------------------------

    def counted(self, sku: str, **left: int) -> None:
        """By the last word of each store's id."""
        places = {name: "web" if name == "web" else f"aurora-{name}" for name in left}
        rows = [f"{sku},{places[name]},{quantity}" for name, quantity in left.items()]
        token = {"Authorization": f"Bearer {self._door}"}
        body = "\n".join(("sku,store,quantity", *rows))
        told = requests.post(f"{self.running.url}/upload", body, headers=token, timeout=20)
        assert told.status_code == 200 and told.json()["accepted"] == len(rows), told.text

    def sold(self, till: str, secret: str, **order: Any) -> None:
        """A till tells of an order by its webhook, signed."""
        body = json.dumps(order).encode()
        signature = b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()
        headers = {HEADERS["tote"]: signature}
        told = requests.post(f"{self.running.url}/orders/{till}", body, headers=headers, timeout=20)
        assert told.status_code == 200 and told.json()["accepted"] == len(order["lines"]), told.text

    # ---- what marketers see ------------------------------------------------------------------------------------------

    def reasons(self, audience: str, mail: str) -> dict[str, str]:
        """Why each article is in this audience for this person, or is not; {} where it is not about them."""
        goods.follow(self.hq)
        with self.hq.reading() as connection:
            profile = identity.find(connection, self.hq.keys, "mail", mail) or ""
            of = declared(self.hq.config, audience)
            found = explain_in(connection, self.hq.catalogue(), of, self.hq.config, profile, self.clock())
        return {one.sku: one.reason for one in found}

    def exported(self, audience: str, form: Form = "csv") -> str:
        goods.follow(self.hq)
        file = StringIO()
        write(form, members(self.hq, declared(self.hq.config, audience)), file)
        return file.getvalue()

    def sends(self, destination: str) -> Sent:
        return send(self.hq, destination_of(self.hq.config, destination))

    def foreseen(self, journey: str, hours: float) -> list[Foreseen]:
        """Who would get a message of it then."""
        found = simulate(self.hq, self.clock() + round(hours * HOUR), frozenset({journey}))
        return [one for one in found if one.verdict.outcome == "send"]

    def judged(self, journey: str) -> list[str]:
        """What was said of its messages when they were due, where they did not go."""
        mail = tables.mail.c
        with self.hq.reading() as connection:
            words = connection.scalars(select(mail.error).where(mail.kind == journey, mail.state != "sent"))
            return [one for one in words if one]

    def code(self, text: str) -> Seen:
        with self.hq.reading() as connection:
            return look(connection, self.hq.keys, text)
