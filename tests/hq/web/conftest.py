from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from hq.config import Config, Shop, Web
from hq.links import Links
from hq.service import Hq
from hq.web import create_app
from tests.hq import showroom as shop

CART = "https://shop.aurora.example/cart/{skus}?basket={basket}"


@pytest.fixture
def showroom(tmp_path: Path) -> Iterator[Hq]:
    web = Web(public_url="https://bag.aurora.example", cart_url=CART)
    hq = shop.showroom(tmp_path / "hq", config=Config(web=web, shop=Shop(timezone="Europe/Tallinn")))
    yield hq
    hq.close()


@pytest.fixture
def client(showroom: Hq) -> FlaskClient:
    return create_app(showroom).test_client()


@pytest.fixture
def links(showroom: Hq) -> Links:
    return Links(base="", key=showroom.keys.link)
