"""The whole of Sarah's story, on two whole boxes, a whole HQ, a broker, a mail server and an advertiser's platform.

HQ's clock is moved and the boxes' are not: they stand days behind, as those of boxes without a battery may.
"""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
import requests

from edge.box import Box
from edge.demo.walk.station import Station
from edge.domain import coupon
from hq.config import Broker, Config, Journey, Journeys, Mail, Web, Webhook
from hq.config_coupons import Coupon
from hq.config_marketing import Destination
from hq.coupons.terms import all_terms
from hq.feeds import offers
from tests import mosquitto
from tests.hq.answers.known import MAIL
from tests.hq.mail.postbox import Postbox, postbox
from tests.hq.sending.platform import TOKEN, Platform, platform
from tests.hq.waiting import until
from tests.ports import free_port
from tests.system.boxes import Boxes
from tests.system.headquarters import Headquarters

pytestmark = mosquitto.needed
BOOT, COAT, COMPANIONS = "BOOT-42", "COAT-M", {"SCARF-1", "PACK-1"}
"""The scarf and the pack go with the coat."""
LEFT, BESIDE, LIST = "abandoned-basket", "goes-with", "meta"
CODE = re.compile(r"\b[0-9A-Z]{4}(?: [0-9A-Z]{4}){3}\b")
SECRET = "a secret of the till"


def settings(folder: Path, broker: int, smtp: str, advertiser: str) -> Config:
    (folder / "token").write_text(TOKEN)
    (folder / "secret").write_text(SECRET)
    meta = Destination(
        name=LIST, platform="meta", audience=LEFT, id="4711", token_file=str(folder / "token"), url=advertiser
    )
    return Config(
        web=Web(port=0),
        broker=Broker(address=f"127.0.0.1:{broker}"),
        mail=Mail(smtp=smtp, sender="Aurora <basket@aurora.example>"),
        journeys=Journeys(quiet=""),
        journey=(
            Journey(name="basket-reminder", on=True, coupon="come-back"),
            Journey(name="thanks", trigger="purchased", on=True, wait_hours=48),
        ),
        coupon=(Coupon(name="come-back", percent=10, days=21),),
        destination=(meta,),
        webhook=(Webhook(name="till", secret_file=str(folder / "secret")),),
    )


class Chain:
    """The stores where Sarah shops, their HQ, and what leaves the house."""

    def __init__(self, folder: Path, parts: ExitStack) -> None:
        self._folder, self._port = folder, free_port()
        self._broker = parts.enter_context(ExitStack())
        self.line(up=True)
        post, smtp = parts.enter_context(postbox())
        self.post: Postbox = post
        self.advertiser: Platform = parts.enter_context(platform())
        self.hq = Headquarters(folder / "hq", settings(folder, self._port, smtp, self.advertiser.url))
        parts.callback(self.hq.running.stop)
        boxes = Boxes(folder, self._port, self.hq.running)
        parts.callback(boxes.close)
        self.tallinn, self.tartu = boxes.start("aurora-tallinn"), boxes.start("aurora-tartu")
        self.wall, self.tablet = Station(self.tallinn.url, "wall"), Station(self.tartu.url, "tablet")

    def line(self, *, up: bool) -> None:
        if up:
            self._broker.enter_context(mosquitto.running(self._folder, self._port))
        else:
            self._broker.close()

    def mail(self, kind: str) -> str:
        """The text of the one mail of this kind, which has come or comes now."""
        until(lambda: self._mails(kind))
        (mail,) = self._mails(kind)
        assert mail["To"] == MAIL
        body = mail.get_body(("plain",))
        assert body
        return str(body.get_content())

    def kinds(self) -> list[str]:
        return [_kind(mail) for mail in self.post.mails]

    def _mails(self, kind: str) -> list[EmailMessage]:
        return [mail for mail in self.post.mails if _kind(mail) == kind]


def _kind(mail: EmailMessage) -> str:
    return str(mail["Message-ID"]).lstrip("<").partition(".")[0]


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    with ExitStack() as parts:
        yield Chain(tmp_path, parts)


def test_sarah_is_written_to_and_advertised_to_as_long_as_she_wants_it_and_about_nothing_else(chain: Chain) -> None:
    she_sends_a_basket_from_the_wall_and_does_not_buy(chain)
    code = she_is_reminded_with_a_code(chain)
    her_size_sells_out_and_the_article_leaves_the_audience(chain)
    it_comes_back_and_she_is_told(chain)
    she_buys_the_coat_in_another_store_whose_line_is_down(chain, code)
    what_goes_with_it_is_advertised_and_what_she_bought_is_not(chain)
    she_withdraws_and_vanishes(chain)


def she_sends_a_basket_from_the_wall_and_does_not_buy(chain: Chain) -> None:
    for sku in (BOOT, COAT):
        chain.wall.post("basket/lines", sku=sku, fulfilment="collect")
    chain.wall.post("send", mail=MAIL, consent="marketing")
    chain.wall.post("done")
    assert "Fjell trail boot" in chain.mail("basket")
    assert not CODE.search(chain.mail("basket"))
    assert chain.hq.reasons(LEFT, MAIL) == {}  # an hour is hers to buy by herself
    chain.hq.passes(hours=2)
    assert chain.hq.reasons(LEFT, MAIL) == {BOOT: "in-basket", COAT: "in-basket"}
    assert MAIL in chain.hq.exported(LEFT)
    assert chain.hq.sends(LIST).added == 1 and len(chain.advertiser.people) == 1


def she_is_reminded_with_a_code(chain: Chain) -> str:
    """The code."""
    chain.hq.passes(hours=17)
    assert chain.kinds() == ["basket"]
    chain.hq.passes(hours=2)
    text = chain.mail("basket-reminder")
    assert "Fjell trail boot" in text and "Rain coat Udu" in text
    (code,) = set(CODE.findall(text))
    assert "10 % off" in text and not chain.hq.code(code).uses
    until(lambda: knows_all_offers(chain, chain.tartu))
    return str(code)


def knows_all_offers(chain: Chain, box: Box) -> bool:
    hq = chain.hq.hq
    with hq.reading() as connection:
        told = not offers.is_pending(connection, all_terms(hq.config), now=hq.clock())
        return told and box.shop.campaigns.version == offers.OFFERS.newest(connection)


def her_size_sells_out_and_the_article_leaves_the_audience(chain: Chain) -> None:
    chain.hq.counted(BOOT, tallinn=0, tartu=0, parnu=0, web=0)
    until(lambda: chain.hq.reasons(LEFT, MAIL)[BOOT] == "sold-out")
    assert chain.hq.reasons(LEFT, MAIL)[COAT] == "in-basket"
    assert BOOT not in chain.hq.exported(LEFT) and COAT in chain.hq.exported(LEFT)
    until(lambda: "Sold out" in chain.wall.post("show/article", sku=BOOT))
    chain.wall.post("tell-me", sku=BOOT, mail=MAIL)
    chain.wall.post("done")
    until(lambda: chain.hq.reasons("wanted-size", MAIL) == {BOOT: "sold-out"})


def it_comes_back_and_she_is_told(chain: Chain) -> None:
    chain.hq.passes(hours=24)
    assert "back-in-stock" not in chain.kinds()
    chain.hq.counted(BOOT, tallinn=2)
    until(lambda: chain.hq.reasons(LEFT, MAIL)[BOOT] == "in-basket")
    chain.hq.passes(hours=0)
    assert "Fjell trail boot" in chain.mail("back-in-stock")
    assert BOOT in chain.hq.exported(LEFT)


def she_buys_the_coat_in_another_store_whose_line_is_down(chain: Chain, code: str) -> None:
    chain.line(up=False)
    until(lambda: not chain.tartu.line_up())
    chain.tablet.post("basket/lines", sku=COAT)
    chain.tablet.post("coupon", 422, code=coupon.code(77))  # well spelled, and nobody's
    basket = chain.tablet.post("coupon", code=code)
    assert re.search(r'data-test="off">[^<]*14\.90', basket) and re.search(r'data-test="total">[^<]*134\.10', basket)
    assert not chain.hq.code(code).uses
    chain.line(up=True)
    until(lambda: [(use.store, use.outcome) for use in chain.hq.code(code).uses] == [("aurora-tartu", "first")])
    until(lambda: "Confirmed" in chain.tablet.post("show/basket"))
    bought = {"sku": COAT, "quantity": 1, "price": "134.10"}
    chain.hq.sold(
        "till",
        SECRET,
        order_id="T-1",
        at=_day(chain),
        store="aurora-tartu",
        currency="EUR",
        coupon=code,
        lines=[bought],
    )
    chain.tablet.post("done")
    chain.wall.post("basket/lines", sku=COAT)
    until(lambda: knows_all_offers(chain, chain.tallinn))
    chain.wall.post("coupon", 422, code=code)  # it was good once
    chain.wall.post("done")


def _day(chain: Chain) -> str:
    return datetime.fromtimestamp(chain.hq.clock() / 1000, UTC).isoformat()


def what_goes_with_it_is_advertised_and_what_she_bought_is_not(chain: Chain) -> None:
    """The till named nobody: the code says whose purchase it was."""
    chain.hq.counted("SCARF-1", tartu=3)
    assert chain.hq.reasons(LEFT, MAIL) == {BOOT: "in-basket", COAT: "bought"}
    assert chain.hq.reasons(BESIDE, MAIL) == dict.fromkeys(COMPANIONS, "goes-with")
    for audience, skus in ((LEFT, {BOOT}), (BESIDE, COMPANIONS)):
        rows = [json.loads(row) for row in chain.hq.exported(audience, "json").splitlines()]
        assert [row["mails"] for row in rows] == [[MAIL]]
        assert {one["sku"] for one in rows[0]["articles"]} == skus
    until(lambda: len(chain.hq.foreseen("thanks", hours=49)) == 1)


def she_withdraws_and_vanishes(chain: Chain) -> None:
    """By the page of preferences that her mail leads to; she would have been thanked for the coat."""
    page = re.search(rf"{re.escape(chain.hq.running.url)}/p/\S+", chain.mail("back-in-stock"))
    assert page
    shown = re.findall(r'name="shown" value="([a-z-]+)"', requests.get(page[0], timeout=20).text)
    saved = requests.post(page[0], {"shown": shown}, timeout=20)
    assert saved.ok and 'data-test="saved"' in saved.text
    for audience in (LEFT, BESIDE, "wanted-size", "buyers"):
        assert set(chain.hq.reasons(audience, MAIL).values()) == {"no-consent"}
        assert MAIL not in chain.hq.exported(audience) and not chain.hq.exported(audience, "json")
    assert chain.hq.sends(LIST).removed == 1 and chain.advertiser.people == set()
    before = chain.kinds()
    chain.hq.passes(hours=49)
    until(lambda: chain.hq.judged("thanks") == ["the person took back the consent to marketing"])
    chain.hq.passes(hours=24 * 6)
    until(lambda: chain.hq.judged("thanks") == ["later than 168 hours"])
    assert chain.kinds() == before == ["basket", "basket-reminder", "back-in-stock"]
    assert chain.hq.sends(LIST).added == 0 and chain.advertiser.people == set() and chain.advertiser.wrong == []
