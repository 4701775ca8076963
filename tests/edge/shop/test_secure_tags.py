"""Secure tags in the shop: a genuine one is said to be, a copied or forged one leads nowhere."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from edge.codes import CodeRules
from edge.codes.rules import LinkRule
from edge.codes.sun import SecureTags
from edge.shop import Article, Screen, Shop, Unknown
from edge.store import Database, EventLog
from hardware.scan import Scan
from tests.edge.codes.sun_tag import FILE_KEY, META_KEY, UID, SunTag
from tests.edge.shop.conftest import Bench
from tests.edge.shop.test_shop import fill_the_disk, free_the_disk

GENUINE = Article(sku="BOOT-42", notice="genuine")
TABLE = SecureTags(host="id.example.com", meta_key=META_KEY, file_key=FILE_KEY)
TAG = SunTag()


@pytest.fixture
def bench(bench: Bench) -> Bench:
    vars(bench.shop.settings).update(secure_tags=(TABLE,))
    return bench


def scan(link: str, *, at: float = 1.0, reader: str = "wall-nfc", uid: bytes = b"", symbology: str = "qr") -> Scan:
    return Scan(reader=reader, symbology=symbology, data=link.encode(), at=at, uid=uid)


def reason(screen: Screen) -> str:
    assert isinstance(screen, Unknown)
    return screen.reason


def test_each_tap_of_a_genuine_tag_shows_the_article_and_says_so(bench: Bench) -> None:
    for counter in (1, 2, 40):
        assert bench.shop.scanned("wall", scan(TAG.link(counter), at=counter)) == GENUINE
    assert bench.kinds() == ["VisitStarted", *["ProductScanned"] * 3]


def test_the_mark_goes_with_the_next_touch(bench: Bench) -> None:
    bench.shop.scanned("wall", scan(TAG.link(1)))
    bench.shop.add_line("wall", "BOOT-42")
    assert bench.shop.screen("wall") == Article(sku="BOOT-42", notice="added")


@pytest.mark.parametrize("again", [5, 4])
def test_a_message_heard_before_is_a_copy_at_any_station(bench: Bench, again: int) -> None:
    bench.shop.scanned("wall", scan(TAG.link(5)))
    shown = bench.shop.scanned("tablet", scan(TAG.link(again), at=2.0, reader="tablet-nfc"))
    assert reason(shown) == "tag-copied" == reason(bench.shop.screen("tablet"))
    last = bench.log.latest(1)[0]
    assert (last.kind, json.loads(last.body)["reason"]) == ("CodeNotRecognised", "tag-copied")


def test_one_reading_delivered_twice_is_one_tap(bench: Bench) -> None:
    once = scan(TAG.link(5))
    assert [bench.shop.scanned("wall", once) for _ in range(2)] == [GENUINE, GENUINE]


def test_of_clones_tapped_at_once_exactly_one_is_taken(bench: Bench) -> None:
    with ThreadPoolExecutor(8) as pool:
        for counter in range(10):
            taps = [scan(TAG.link(counter), at=counter + i / 100) for i in range(8)]
            shown = list(pool.map(lambda tap: bench.shop.scanned("wall", tap), taps))
            bench.shop.end_visit("wall")
    marks = [json.loads(event.body).get("reason", "") for event in bench.log.read(0, 1000, 1 << 30)[0]]
    assert marks.count("tag-copied") == 7 * 10
    assert bench.kinds().count("ProductScanned") == 10
    assert len(shown) == 8


def test_a_copy_is_still_refused_after_a_restart(bench: Bench) -> None:
    bench.shop.scanned("wall", scan(TAG.link(5)))
    with Database(bench.folder / "store.db") as database:
        again = Shop(
            bench.shop.settings,
            database,
            EventLog(database),
            bench.shelf,
            now=bench.clock,
            new_id=lambda: "f" * 32,
        )
        assert reason(again.scanned("wall", scan(TAG.link(5), at=9.0))) == "tag-copied"


def test_a_wrong_signature_is_refused_and_takes_no_counter(bench: Bench) -> None:
    forged = TAG.link(9)[:-1] + ("0" if TAG.link(9)[-1] != "0" else "1")
    assert reason(bench.shop.scanned("wall", scan(forged))) == "tag-forged"
    assert bench.shop.scanned("wall", scan(TAG.link(1), at=2.0)) == GENUINE


def test_a_message_on_a_tag_of_another_uid_is_a_copy_and_the_right_uid_proves_nothing(bench: Bench) -> None:
    assert reason(bench.shop.scanned("wall", scan(TAG.link(3), uid=bytes(7)))) == "tag-copied"
    forged = SunTag(file_key=bytes(16)).link(4)
    assert reason(bench.shop.scanned("wall", scan(forged, uid=UID))) == "tag-forged"
    assert bench.shop.scanned("wall", scan(TAG.link(3), uid=UID, at=2.0)) == GENUINE


def test_a_random_uid_of_four_octets_is_no_contradiction(bench: Bench) -> None:
    assert bench.shop.scanned("wall", scan(TAG.link(1), uid=bytes.fromhex("08A1B2C3"))) == GENUINE


def test_a_printed_code_of_the_same_host_is_an_article_without_the_mark(bench: Bench) -> None:
    assert bench.shop.scanned("wall", scan(TAG.base)) == Article(sku="BOOT-42")


def test_a_genuine_tag_of_an_article_nobody_knows_is_said_to_be_that(bench: Bench) -> None:
    strange = SunTag(base="https://id.example.com/01/04006381333931")
    assert reason(bench.shop.scanned("wall", scan(strange.link(1)))) == "unknown-code"


def test_a_link_that_is_read_as_an_articles_number_is_verified_all_the_same(bench: Bench) -> None:
    rules = CodeRules(links=(LinkRule("https://id[.]example[.]com/p/(?P<sku>[^/?#]+).*"),))
    vars(bench.shop.settings).update(code_rules=rules)
    tag = SunTag(base="https://id.example.com/p/BOOT-42")
    assert bench.shop.scanned("wall", scan(tag.link(1))) == GENUINE
    assert reason(bench.shop.scanned("wall", scan(tag.link(1), at=2.0))) == "tag-copied"
    assert reason(bench.shop.scanned("wall", scan(tag.link(2)[:-2] + "00"))) == "tag-forged"


def test_without_a_table_nothing_is_claimed(bench: Bench) -> None:
    vars(bench.shop.settings).update(secure_tags=())
    assert bench.shop.scanned("wall", scan(TAG.link(1))) == Article(sku="BOOT-42")


def test_on_a_full_disk_a_tag_is_not_said_to_be_genuine(bench: Bench) -> None:
    fill_the_disk(bench)
    assert bench.shop.scanned("wall", scan(TAG.link(1))) == Article(sku="BOOT-42", notice="scan-not-recorded")
    free_the_disk(bench)
    assert bench.shop.scanned("wall", scan(TAG.link(1), at=2.0)) == GENUINE
