from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hq import decisions, identity, stores
from hq.config import Config
from hq.config_marketing import SHIPPED, Audiences, Destination
from hq.ledger import ledger_of
from hq.sending.posting import Pace
from hq.service import Hq
from sync.ingest import ingest
from tests.hq import showroom as shop
from tests.hq.boxes import STORE, basket_sent, box_of, line, yes
from tests.hq.sending.platform import TOKEN, Platform, platform

PACE = Pace(tries=3, first_wait=0.001, longest=0.002)
IDS = {"ga4": "G-4711", "segment": ""}
PATHS = {"ga4": "/mp/collect"}
BASKETS = Audiences(name="baskets")


@pytest.fixture(scope="package")
def served() -> Iterator[Platform]:
    with platform() as it:
        yield it


@pytest.fixture
def there(served: Platform) -> Platform:
    fresh = Platform(served.url, now=shop.NOON // 1000)
    for name, value in vars(fresh).items():
        setattr(served, name, value)
    return served


@pytest.fixture
def clock() -> shop.SetClock:
    return shop.SetClock()


@pytest.fixture
def hq(tmp_path: Path, clock: shop.SetClock) -> Iterator[Hq]:
    room = shop.showroom(tmp_path / "hq", clock=clock, config=Config(audiences=(BASKETS, *SHIPPED)))
    with room.engine.begin() as connection:
        stores.register(connection, STORE)
    yield room
    room.close()


@pytest.fixture
def to(there: Platform, tmp_path: Path) -> Callable[[str], Destination]:
    """A destination of each platform's."""
    (tmp_path / "token").write_text(f"{TOKEN}\n")

    def made(platform: str) -> Destination:
        return Destination(
            name=platform,
            platform=platform,
            audience="baskets" if platform in ("meta", "google") else "",
            id=IDS.get(platform, "4711"),
            account="123",
            site="https://shop.example",
            token_file=str(tmp_path / "token"),
            url=there.url + PATHS.get(platform, ""),
        )

    return made


def basket(hq: Hq, mail: str, *skus: str, granted: bool = True) -> None:
    box = box_of(hq)
    box.clock = hq.clock()
    box.append(basket_sent(*(line(sku) for sku in skus or ("BOOT-42",)), consents=(yes(granted=granted),)), mail=mail)
    ingest(ledger_of(hq), STORE, box.payload())


def bought(hq: Hq, mail: str, number: str, *, store: str = "web", sku: str = "PACK-1", hours_ago: float = 1) -> None:
    row = {"store": store, "order_id": number, "sku": sku, "quantity": 2, "price": 9900, "currency": "EUR"}
    when = hq.clock() - round(hours_ago * 3_600_000)
    more = {"basket": None, "at": when, "buyer": identity.digest(hq.keys, "mail", mail), "card": None}
    decisions.orders_imported(hq, [row | more])


def profile(hq: Hq, mail: str) -> str:
    with hq.reading() as connection:
        return identity.find(connection, hq.keys, "mail", mail) or ""
