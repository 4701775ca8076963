from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from hq.config import Config, Shop, Web
from hq.links import Links
from hq.service import Hq
from hq.web import create_app
from tests.hq import showroom as shop

DEMO = Path(__file__).parents[3] / "edge" / "demo" / "shop" / "theme.toml"
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
def themed(showroom: Hq) -> FlaskClient:
    """The same shop with words of its own: those of the demo's theme."""
    config = replace(showroom.config, shop=replace(showroom.config.shop, theme=str(DEMO)))
    return create_app(replace(showroom, config=config)).test_client()


@pytest.fixture
def links(showroom: Hq) -> Links:
    return Links(base="", key=showroom.keys.link)
