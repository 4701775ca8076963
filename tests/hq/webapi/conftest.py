"""A web shop before the showroom's HQ, whose clock stands a moment after Sarah sent her basket."""

import hmac
import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hq import browsers
from hq.config import Config, Web, WebShop
from hq.service import Hq
from hq.web import create_app
from hq.webapi.asking import SIGNATURE
from tests.hq import showroom as shop

ORIGIN, KEY, SECRET = "https://shop.aurora.example", "wk-0123456789abcdef", "a secret of the web shop"
CART = "https://shop.aurora.example/cart/{skus}?basket={basket}"


def config(folder: Path, **more: Any) -> Config:
    secret = folder / "web-secret"
    secret.write_text(SECRET + "\n")
    webshop = WebShop(name="aurora", write_key=KEY, secret_file=str(secret), origins=(ORIGIN,), **more)
    return Config(web=Web(public_url="https://bag.aurora.example", cart_url=CART), webshop=(webshop,))


@dataclass
class Shop:
    """What the shop's pages send, and what its server does."""

    hq: Hq
    client: FlaskClient
    visitor: str = ""
    told: int = 0

    def known(self) -> None:
        """This browser is Sarah's."""
        self.visitor = browsers.draw(self.hq, shop.PROFILE)

    def event(self, name: str, *skus: str, **more: Any) -> dict[str, Any]:
        self.told += 1
        items = [{"item_id": sku} for sku in skus]
        return {"id": f"event-{self.told:04}", "name": name, "properties": {"items": items, **more}}

    def tell(self, *events: dict[str, Any]) -> dict[str, Any]:
        answer = self.post("/web/events", {"visitor": self.visitor, "events": list(events)})
        assert answer.status_code == 200, answer.text
        return json.loads(answer.data)

    def post(self, path: str, body: dict[str, Any], origin: str = ORIGIN) -> TestResponse:
        return self.client.post(path, data=json.dumps({"key": KEY, **body}), headers={"Origin": origin})

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        words = urlencode({"key": KEY, "visitor": self.visitor, **query})
        answer = self.client.get(f"{path}?{words}", headers={"Origin": ORIGIN})
        assert answer.status_code == 200, answer.text
        return json.loads(answer.data)

    def basket(self) -> dict[str, int]:
        return {line["article"]["sku"]: line["quantity"] for line in self.get("/web/basket")["lines"]}

    def retargeted(self) -> list[str]:
        return [one["article"]["sku"] for one in self.get("/retarget")["items"]]

    def sign(self, path: str, body: dict[str, Any], secret: str = SECRET) -> TestResponse:
        octets = json.dumps({"key": KEY, **body}).encode()
        return self.client.post(path, data=octets, headers={SIGNATURE: signature(octets, secret)})


def signature(octets: bytes, secret: str = SECRET) -> str:
    return b64encode(hmac.digest(secret.encode(), octets, "sha256")).decode()


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Hq]:
    hq = shop.showroom(tmp_path / "hq", config=config(tmp_path), clock=shop.SetClock())
    yield hq
    hq.close()


@pytest.fixture
def webshop(hq: Hq) -> Shop:
    return Shop(hq, create_app(hq).test_client())


@pytest.fixture
def sarahs(webshop: Shop) -> Shop:
    """Sarah sent the boot from the wall, allows everything, and her browser is known."""
    shop.send_basket(webshop.hq, skus={"BOOT-42": 1}, consents=("marketing", "profiling"))
    webshop.known()
    return webshop
