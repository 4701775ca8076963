"""What HQ knows better: asked behind the screen's back, never waited for, and of people never written down."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import ndef
import pytest

from edge.codes import CodeRules
from edge.codes.rules import CodeRange
from edge.domain.article import Stock
from edge.shop import Article, Unknown, Welcome
from edge.shop.greeting import UNREACHED, Greeting, UsualSize
from edge.shop.hearing import hear_reader
from edge.shop.live import LiveStock
from edge.shop.stations import Alone
from hardware.scan import ReaderEvent, Scan
from tests.edge.shop.conftest import BOOT_EAN, Bench

CARD, UID = "2912345678901", bytes.fromhex("04a1b2c3d4e5f6")
RULES = CodeRules(
    ranges=(CodeRange("loyalty", r"29\d{11}"), CodeRange("loyalty", "uid:04.*"), CodeRange("badge", "S.*"))
)
SARAH = {"known": True, "language": "de", "sizes": [{"category": "Shoes > Boots", "size": "42"}]}
LIVE = {"stock": [{"sku": "BOOT-42", "store": "shop", "quantity": 1, "as_of": 9}]}


class Hq(Alone):
    """Answers when it is let to."""

    def __init__(self) -> None:
        self.up, self.answers = True, threading.Event()
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.told: dict[str, dict[str, Any] | None] = {"profile": SARAH, "stock": LIVE}

    def line_up(self) -> bool:
        return self.up

    def ask(self, kind: str, body: dict[str, Any]) -> dict[str, Any] | None:
        self.asked.append((kind, body))
        assert self.answers.wait(20)
        return self.told[kind]


@pytest.fixture
def hq(bench: Bench) -> Iterator[Hq]:
    vars(bench.shop.settings).update(code_rules=RULES)
    bench.shop.outside = hq = Hq()
    yield hq
    hq.answers.set()
    bench.shop.stop()


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def card(text: str = CARD, symbology: str = "ean13", uid: bytes = b"") -> Scan:
    data = b"".join(ndef.message_encoder([ndef.TextRecord(text)])) if symbology == "ndef" else text.encode()
    return Scan(reader="gun", symbology=symbology, data=data, at=0, uid=uid)


def scan(bench: Bench, what: Scan, station: str = "tablet") -> object:
    return bench.shop.scanned(station, what)


# ---- stock -----------------------------------------------------------------------------------------------------------


def test_live_stock_is_not_waited_for_and_the_station_is_painted_again(bench: Bench, hq: Hq) -> None:
    scan(bench, Scan(reader="gun", symbology="ean13", data=BOOT_EAN, at=0))
    with bench.shop.hub.subscribe("tablet") as screen:
        assert bench.shop.live_stock("tablet", ["BOOT-42", "BOOT-43"]) == LiveStock()
        assert screen.get(0.05) is None
        hq.answers.set()
        assert screen.get(20) == Article(sku="BOOT-42")
    told = Stock(sku="BOOT-42", store="shop", quantity=1, as_of=9)
    assert bench.shop.live_stock("tablet", ["BOOT-43", "BOOT-42"]) == LiveStock(counts=(told,))
    assert hq.asked == [("stock", {"skus": ["BOOT-42", "BOOT-43"]})]


def test_what_was_told_a_moment_ago_is_not_asked_again_and_paints_nothing(bench: Bench, hq: Hq) -> None:
    hq.answers.set()
    bench.shop.live_stock("wall", ["BOOT-42"])
    until(lambda: bench.shop.live_stock("wall", ["BOOT-42"]).counts)
    with bench.shop.hub.subscribe("tablet") as screen:
        bench.shop.live_stock("tablet", ["BOOT-42"])
        assert screen.get(0.1) is None
    assert len(hq.asked) == 1


def test_no_answer_is_said_and_what_hq_said_before_stays(bench: Bench, hq: Hq) -> None:
    hq.told["stock"] = None
    hq.answers.set()
    bench.shop.live_stock("wall", ["BOOT-42"])
    until(lambda: bench.shop.live_stock("wall", ["BOOT-42"]) == LiveStock(unreached=True))


def test_a_line_that_is_down_is_said_at_once_and_nobody_is_asked(bench: Bench, hq: Hq) -> None:
    hq.up = False
    assert bench.shop.live_stock("wall", ["BOOT-42"]) == LiveStock(unreached=True)
    assert hq.asked == []


@pytest.mark.parametrize("told", [{}, {"stock": 1}, {"stock": [{"sku": "BOOT-42"}]}])
def test_an_answer_that_makes_no_sense_is_none(bench: Bench, hq: Hq, told: dict[str, Any]) -> None:
    hq.told["stock"] = told
    hq.answers.set()
    bench.shop.live_stock("wall", ["BOOT-42"])
    until(lambda: bench.shop.live_stock("wall", ["BOOT-42"]).unreached)


def test_of_two_counts_the_younger_is_shown_and_hqs_of_equals() -> None:
    def count(quantity: int, as_of: int, store: str = "shop") -> Stock:
        return Stock(sku="BOOT-42", store=store, quantity=quantity, as_of=as_of)

    live = LiveStock(counts=(count(1, 5), count(7, 3, "web"), count(2, 1, "far")))
    known = [count(9, 5), count(8, 4, "web"), count(4, 4, "near")]
    assert set(live.over(known)) == {count(1, 5), count(8, 4, "web"), count(4, 4, "near"), count(2, 1, "far")}


# ---- cards -----------------------------------------------------------------------------------------------------------


def test_a_card_leads_to_a_greeting_on_its_station(bench: Bench, hq: Hq) -> None:
    assert scan(bench, card()) == Welcome()
    assert bench.shop.greeting("tablet") == Greeting(state="looking")
    hq.answers.set()
    until(lambda: bench.shop.greeting("tablet").state == "known")
    assert bench.shop.greeting("tablet").sizes == (UsualSize("Shoes > Boots", "42"),)
    assert bench.shop.greeting("wall") == UNREACHED
    assert hq.asked == [("profile", {"screen": "tablet", "card": CARD})]


def test_the_card_holder_is_spoken_to_in_their_language(bench: Bench, hq: Hq) -> None:
    hq.answers.set()
    scan(bench, card())
    until(lambda: bench.shop.language("tablet") == "de")


def test_a_language_that_was_chosen_here_stays(bench: Bench, hq: Hq) -> None:
    hq.answers.set()
    hq.told["profile"] = {**SARAH, "language": "en"}
    bench.shop.set_language("tablet", "de")
    scan(bench, card())
    until(lambda: bench.shop.greeting("tablet").state == "known")
    assert bench.shop.language("tablet") == "de"


def test_a_language_that_this_shop_does_not_speak_changes_nothing(bench: Bench, hq: Hq) -> None:
    hq.answers.set()
    hq.told["profile"] = {**SARAH, "language": "et"}
    scan(bench, card())
    until(lambda: bench.shop.greeting("tablet").state == "known")
    assert bench.shop.language("tablet") == "en"


def test_an_unknown_card_is_greeted_without_more(bench: Bench, hq: Hq) -> None:
    hq.answers.set()
    hq.told["profile"] = {"known": False}
    scan(bench, card())
    until(lambda: bench.shop.greeting("tablet") == Greeting(state="unknown"))


@pytest.mark.parametrize("told", [None, {}, {"known": "yes"}, {"known": True, "sizes": [1]}])
def test_without_an_answer_the_screen_says_so(bench: Bench, hq: Hq, told: dict[str, Any] | None) -> None:
    hq.answers.set()
    hq.told["profile"] = told
    scan(bench, card())
    until(lambda: bench.shop.greeting("tablet") == UNREACHED)


def test_nobody_waits_for_ever_when_asking_itself_fails(bench: Bench, hq: Hq) -> None:
    hq.answers.set()
    hq.told.clear()
    scan(bench, card())
    until(lambda: bench.shop.greeting("tablet") == UNREACHED)


def test_a_line_that_is_down_is_said_with_the_first_painting(bench: Bench, hq: Hq) -> None:
    hq.up = False
    assert scan(bench, card()) == Welcome()
    assert bench.shop.greeting("tablet") == UNREACHED
    assert hq.asked == []


def test_a_card_held_up_at_an_article_leads_back_to_it(bench: Bench, hq: Hq) -> None:
    scan(bench, Scan(reader="gun", symbology="ean13", data=BOOT_EAN, at=0))
    assert scan(bench, card()) == Welcome(back="BOOT-42")


def test_the_next_shopper_sees_nothing_of_the_last(bench: Bench, hq: Hq) -> None:
    hq.answers.set()
    scan(bench, card())
    until(lambda: bench.shop.greeting("tablet").state == "known")
    bench.shop.end_visit("tablet")
    assert bench.shop.greeting("tablet") == UNREACHED
    bench.shop.show("tablet", Welcome())
    assert bench.shop.greeting("tablet") == UNREACHED


def test_an_answer_that_comes_after_the_visit_is_nobodys(bench: Bench, hq: Hq) -> None:
    scan(bench, card())
    bench.shop.end_visit("tablet")
    bench.shop.show("tablet", Welcome())
    hq.answers.set()
    with bench.shop.hub.subscribe("tablet") as screen:
        assert screen.get(0.2) is None
    assert bench.shop.greeting("tablet") == UNREACHED
    assert bench.shop.language("tablet") == "en"


def test_a_badge_is_nobodys_card(bench: Bench, hq: Hq) -> None:
    assert isinstance(scan(bench, card("S-17", "code128")), Unknown)
    assert hq.asked == []


def test_a_number_of_an_article_is_never_taken_for_a_card(bench: Bench, hq: Hq) -> None:
    vars(bench.shop.settings).update(code_rules=CodeRules(ranges=(CodeRange("loyalty", "BOOT-.*"),)))
    assert scan(bench, card("BOOT-42", "code128")) == Article(sku="BOOT-42")
    assert hq.asked == []


# ---- tags ------------------------------------------------------------------------------------------------------------


def hear(bench: Bench, kind: str, **more: Any) -> None:
    event = ReaderEvent(kind=kind, reader="nfc", at=0, **more)  # type: ignore[arg-type]
    hear_reader(bench.shop, "tablet", event)


def test_a_tag_with_the_cards_number_on_it_is_that_card(bench: Bench, hq: Hq) -> None:
    assert scan(bench, card(symbology="ndef", uid=UID)) == Welcome()
    until(lambda: hq.asked == [("profile", {"screen": "tablet", "card": CARD})])


def test_a_tag_that_is_given_out_as_a_card_needs_no_text(bench: Bench, hq: Hq) -> None:
    hear(bench, "present", tag=UID)
    hear(bench, "partial", reason="tag-empty")
    assert bench.shop.screen("tablet") == Welcome()
    until(lambda: hq.asked == [("profile", {"screen": "tablet", "tag": UID.hex()})])
    hear(bench, "removed", tag=UID)
    hear(bench, "partial", reason="tag-empty")
    assert bench.shop.screen("tablet") == Unknown(code="", reason="tag-empty")


def test_of_any_other_tag_hq_never_hears(bench: Bench, hq: Hq) -> None:
    """A bank card or a pass: its UID matches no range, so it stays in the shop."""
    hear(bench, "present", tag=bytes.fromhex("08a1b2c3"))
    hear(bench, "partial", reason="tag-foreign")
    assert bench.shop.screen("tablet") == Unknown(code="", reason="tag-foreign")
    assert hq.asked == []


def test_a_given_out_tag_that_says_something_strange_is_greeted_once(bench: Bench, hq: Hq) -> None:
    hear(bench, "present", tag=UID)
    hear(bench, "scan", scan=Scan(reader="nfc", symbology="ndef", data=card("hello", "ndef").data, at=0, uid=UID))
    assert bench.kinds() == ["VisitStarted", "CodeNotRecognised"]


# ---- nothing of it is kept -------------------------------------------------------------------------------------------


def test_neither_card_nor_tag_nor_answer_stands_in_events_rows_or_logs(
    bench: Bench, hq: Hq, caplog: pytest.LogCaptureFixture
) -> None:
    hq.answers.set()
    with caplog.at_level(logging.DEBUG):
        scan(bench, card())
        until(lambda: bench.shop.greeting("tablet").state == "known")
        hear(bench, "present", tag=UID)
        until(lambda: len(hq.asked) == 2)
    files = b"".join(path.read_bytes() for path in bench.folder.glob("store.db*"))
    assert b"loyalty-card" in files, "the control: the scan itself is recorded"
    for secret in (CARD, UID.hex(), "Boots"):
        assert secret.encode() not in files and secret not in caplog.text
    assert UID not in files


def test_a_reading_shows_neither_in_its_repr(bench: Bench) -> None:
    from edge.shop.reading import Reading, read_code

    reading = read_code(bench.shop.catalogue, card(), RULES, "en")
    assert reading.card == CARD and CARD not in repr(reading)
    assert UID.hex() not in repr(Reading.of_tag("nfc", UID))
