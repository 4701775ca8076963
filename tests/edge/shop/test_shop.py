"""The use cases of shoppers and readers, on a real database and a real catalogue."""

import json
import time

import pytest

from edge.catalogue import Version
from edge.catalogue.stock import pack_stock
from edge.domain.consent import consent
from edge.domain.privacy import without_people
from edge.shop import (
    Article,
    Attract,
    BadAddressError,
    BadQuantityError,
    BasketScreen,
    BoxFullError,
    Browse,
    CatalogueChanged,
    EmptyBasketError,
    NoSuchLineError,
    Sent,
    ShopError,
    Unknown,
    UnknownArticleError,
)
from edge.shop.announcing import MOST_REFUSED
from edge.shop.stations import Alone
from edge.store import StorageFullError
from hardware.scan import Scan
from sync.codec import unseal
from tests.edge.shop.conftest import BOOT_EAN, Bench, make_catalogue


def scan(data: bytes, symbology: str = "") -> Scan:
    return Scan(reader="wall-scanner", symbology=symbology, data=data, at=0.0)


def test_a_scan_shows_the_article_on_its_station_and_on_no_other(bench: Bench) -> None:
    with bench.shop.hub.subscribe("wall") as wall, bench.shop.hub.subscribe("tablet") as tablet:
        assert bench.shop.scanned("wall", scan(BOOT_EAN)) == Article(sku="BOOT-42")
        assert wall.get(0) == Article(sku="BOOT-42")
        assert tablet.get(0) is None
    assert bench.shop.screen("wall") == Article(sku="BOOT-42")
    assert bench.shop.screen("tablet") == Attract()
    assert bench.kinds() == ["VisitStarted", "ProductScanned"]


def fill_the_disk(bench: Bench) -> None:
    """From here on no event fits any more."""
    bench.database.write(lambda db: db.conn.execute("PRAGMA max_page_count = 40"))
    with pytest.raises(StorageFullError):
        while bench.database.write(lambda db: db.conn.execute("INSERT INTO meta VALUES (hex(randomblob(999)), '')")):
            pass
    while bench.shop.scanned("wall", scan(BOOT_EAN)) == Article(sku="BOOT-42"):
        pass


def free_the_disk(bench: Bench) -> None:
    bench.database.write(lambda db: db.conn.execute("PRAGMA max_page_count = 1000000"))


def test_on_a_full_disk_looking_around_goes_on_and_a_basket_is_refused_in_plain_words(bench: Bench) -> None:
    """Guarantee 6: a full disk is a clear, visible state, and nothing acknowledged is lost."""
    before = bench.shop.add_line("wall", "BOOT-42")
    fill_the_disk(bench)
    head = bench.log.head()
    with bench.shop.hub.subscribe("wall") as wall:
        assert bench.shop.scanned("wall", scan(BOOT_EAN)) == Article(sku="BOOT-42", notice="scan-not-recorded")
        assert wall.get(0) == bench.shop.screen("wall") == Article(sku="BOOT-42", notice="scan-not-recorded")
        bench.shop.show("wall", BasketScreen())
        assert wall.get(0) == bench.shop.screen("wall") == BasketScreen()
    with pytest.raises(BoxFullError) as refusal:
        bench.shop.add_line("wall", "TENT")
    assert refusal.value.key == "storage-full"
    assert (bench.log.head(), bench.shop.basket("wall")) == (head, before)
    free_the_disk(bench)
    assert bench.shop.add_line("wall", "TENT").count == 2


def test_on_a_full_disk_the_next_shopper_still_sees_nothing_of_the_last(bench: Bench) -> None:
    bench.shop.add_line("wall", "BOOT-42")
    fill_the_disk(bench)
    bench.shop.end_visit("wall")
    assert bench.shop.screen("wall") == Attract()
    assert bench.shop.basket("wall").lines == ()
    assert bench.shop.visit("wall") is None
    bench.shop.show("wall", BasketScreen())
    bench.shop.scanned("wall", scan(BOOT_EAN))
    assert bench.shop.basket("wall").lines == ()
    assert bench.shop.visit("wall") is None
    free_the_disk(bench)
    assert [line.item.sku for line in bench.shop.add_line("wall", "TENT").lines] == ["TENT"]


def test_on_a_full_disk_a_search_still_finds(bench: Bench) -> None:
    bench.shop.add_line("wall", "BOOT-42")
    fill_the_disk(bench)
    assert [hit.id for hit in bench.shop.find("wall", Browse(query="boot"), record=True).hits] == ["boot"]


@pytest.mark.parametrize("quantity", [0, -1, -5, -(10**20)])
def test_less_than_one_of_an_article_is_refused(bench: Bench, quantity: int) -> None:
    with pytest.raises(BadQuantityError):
        bench.shop.add_line("wall", "BOOT-42", quantity)
    bench.shop.add_line("wall", "BOOT-42")
    with pytest.raises(BadQuantityError):
        bench.shop.change_line("wall", "BOOT-42", quantity - 1)
    assert bench.shop.basket("wall").count == 1


@pytest.mark.parametrize(
    ("read", "kept"),
    [
        (b"mailto:privat@example.org", "mailto:(mail)"),
        (b"tel:+3725551234", "tel:(number)"),
        (b"BEGIN:VCARD\nFN:Mari\nTEL:5551234\nEND:VCARD", "(contact)"),
        (b"BIZCARD:N:Mari;T:Tailor;;", "(contact)"),
        (b"WIFI:S:home;T:WPA;P:secret;;", "(private)"),
        (b"otpauth://totp/mari?secret=JBSWY3DP", "(private)"),
        (b"BCD\n002\n1\nSCT\n\nMari\nEE382200221020145685", "(private)"),
        (b"tel:+372 555 (12) 34 please", "tel:(number) please"),
        (b"https://wa.me/3725551234", "https://wa.me/(number)"),
        (b"https://a.example/?to=mari%40example.org&x=1", "https://a.example/?to=(mail)&x=1"),
        (b"]C1003401234500000000004301MARI\x1d4308+3725551234", "(00)340123450000000000(4301)…(4308)…"),
    ],
)
def test_no_address_or_number_of_a_person_is_recorded_from_a_code(bench: Bench, read: bytes, kept: str) -> None:
    shown = bench.shop.scanned("wall", scan(read, "qr"))
    assert isinstance(shown, Unknown) and shown.code == kept
    assert json.loads(bench.log.latest(1)[0].body)["code"] == kept


def test_a_code_full_of_anything_is_recorded_at_once() -> None:
    began = time.process_time()
    for text in ("a" * 32_000, "a-" * 16_000, "tel:" * 8_000, "tel:1 " * 5_000, "%40" * 10_000, "a@" * 16_000):
        without_people(text)
    assert time.process_time() - began < 1


def test_an_address_typed_into_the_search_field_is_not_recorded(bench: Bench) -> None:
    bench.shop.find("wall", Browse(query="mari@example.org boot"), record=True)
    assert json.loads(bench.log.latest(1)[0].body)["query"] == "(mail) boot"


@pytest.mark.parametrize(
    ("data", "symbology", "reason"),
    [
        (b"4006381333931", "", "unknown-code"),
        (b"9506000134353", "", "bad-check-digit"),
        (b"", "ndef", "tag-empty"),
        (b"https://example.com/hello", "qr", "not-an-article"),
    ],
)
def test_a_code_that_leads_nowhere_gets_a_clear_answer_and_an_event(
    bench: Bench, data: bytes, symbology: str, reason: str
) -> None:
    shown = bench.shop.scanned("wall", scan(data, symbology))
    assert isinstance(shown, Unknown) and shown.reason == reason
    assert bench.kinds() == ["VisitStarted", "CodeNotRecognised"]


def test_a_torn_barcode_is_answered_on_the_screen(bench: Bench) -> None:
    assert bench.shop.unreadable("wall", "wall-scanner", "barcode-torn") == Unknown(code="", reason="barcode-torn")
    assert bench.kinds() == ["VisitStarted", "CodeNotRecognised"]


def test_a_basket_mixes_store_and_web_articles(bench: Bench) -> None:
    bench.shop.add_line("wall", "BOOT-42", 2)
    basket = bench.shop.add_line("wall", "TENT")
    assert [(line.item.sku, line.quantity, line.fulfilment) for line in basket.lines] == [
        ("BOOT-42", 2, "take"),
        ("TENT", 1, "ship"),
    ]
    assert [total.amount for total in basket.totals] == [2 * 12995 + 39900]
    assert bench.shop.basket("wall") == basket
    assert bench.shop.basket("tablet").lines == ()


def test_what_only_the_web_has_is_never_taken_along(bench: Bench) -> None:
    assert bench.shop.add_line("wall", "TENT", 1, "take").lines[0].fulfilment == "ship"
    assert bench.shop.change_line("wall", "TENT", 2, "collect").lines[0].fulfilment == "ship"


def test_a_count_of_zero_forbids_nothing_the_shopper_may_hold_it_in_their_hand(bench: Bench) -> None:
    assert bench.shop.add_line("wall", "BOOT-43", 1, "take").lines[0].fulfilment == "take"
    assert bench.shop.add_line("tablet", "BOOT-43").lines[0].fulfilment == "ship"


def test_adding_again_makes_one_line_of_two(bench: Bench) -> None:
    bench.shop.add_line("wall", "BOOT-42")
    assert [line.quantity for line in bench.shop.add_line("wall", "BOOT-42").lines] == [2]
    assert bench.kinds().count("LineAdded") == 2


def test_quantity_and_fulfilment_change_and_lines_go(bench: Bench) -> None:
    bench.shop.add_line("wall", "BOOT-42")
    line = bench.shop.change_line("wall", "BOOT-42", 4, "ship").lines[0]
    assert (line.quantity, line.fulfilment) == (4, "ship")
    assert bench.shop.change_line("wall", "BOOT-42", 0).lines == ()
    assert bench.kinds()[-1] == "LineRemoved"


def test_unknown_articles_lines_and_stations_are_refused_and_change_nothing(bench: Bench) -> None:
    with pytest.raises(UnknownArticleError, match="NOPE"):
        bench.shop.add_line("wall", "NOPE")
    with pytest.raises(NoSuchLineError):
        bench.shop.change_line("wall", "BOOT-42", 1)
    with pytest.raises(ShopError, match="there is no station 'cellar'"):
        bench.shop.show("cellar", BasketScreen())
    with pytest.raises(ShopError, match="speaks en, de"):
        bench.shop.set_language("wall", "xx")
    assert bench.kinds() == []


def test_nobody_can_carry_more_than_99_of_one(bench: Bench) -> None:
    bench.shop.add_line("wall", "BOOT-42", 70)
    assert bench.shop.add_line("wall", "BOOT-42", 70).count == 99


def test_a_sent_basket_holds_lines_and_consents_and_the_address_only_sealed(bench: Bench) -> None:
    words = consent("marketing", True, words="Write to me about it.", version="1", language="en")
    bench.shop.add_line("wall", "BOOT-42")
    assert bench.shop.send_basket("wall", " sarah@example.com ", (words,)) == Sent(online=False)
    envelopes, blobs = bench.log.read(0, 100, 1 << 20)
    sent = envelopes[-1]
    body = json.loads(sent.body)
    assert sent.kind == "BasketSent" and body["lines"][0]["item"]["sku"] == "BOOT-42"
    assert body["consents"][0]["words"] == "Write to me about it."
    assert sent.seal
    plain = json.loads(unseal(bench.seal_key, blobs[sent.seal]))
    assert plain == {"v": 1, "store": "shop", "event": sent.id, "mail": "sarah@example.com"}


def test_no_file_of_the_box_holds_an_address(bench: Bench) -> None:
    """Sealing, DESIGN section 7. That the event's kind is found is the control."""
    bench.shop.add_line("wall", "BOOT-42")
    bench.shop.send_basket("wall", "sarah.unmistakable@example.com", ())
    files = b"".join(path.read_bytes() for path in bench.folder.rglob("*") if path.is_file())
    assert b"BasketSent" in files
    assert b"unmistakable" not in files


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("", "bad-address-empty"),
        ("sarah", "bad-address-no-at"),
        ("@example.com", "bad-address-no-at"),
        ("sarah@", "bad-address-no-domain"),
        ("sarah@example", "bad-address-no-domain"),
        ("sa rah@example.com", "bad-address-malformed"),
        ("a@b..com", "bad-address-malformed"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused_and_nothing_is_lost(bench: Bench, typed: str, key: str) -> None:
    before = bench.shop.add_line("wall", "BOOT-42")
    with pytest.raises(BadAddressError) as refusal:
        bench.shop.send_basket("wall", typed, ())
    assert refusal.value.key == key
    assert bench.shop.basket("wall") == before
    assert "BasketSent" not in bench.kinds()


def test_an_empty_basket_is_not_sent(bench: Bench) -> None:
    with pytest.raises(EmptyBasketError):
        bench.shop.send_basket("wall", "sarah@example.com", ())
    assert bench.kinds() == []


def test_the_next_shopper_sees_nothing_of_the_last(bench: Bench) -> None:
    bench.shop.set_language("wall", "de")
    bench.shop.add_line("wall", "BOOT-42")
    bench.shop.choose_size("wall", "42")
    bench.shop.end_visit("wall")
    assert bench.shop.visit("wall") is None
    assert bench.shop.screen("wall") == Attract()
    assert bench.shop.basket("wall").lines == ()
    assert bench.shop.language("wall") == "en"
    bench.shop.show("wall", BasketScreen())
    visit = bench.shop.visit("wall")
    assert visit and visit.size == "" and bench.shop.basket("wall").lines == ()


def test_an_idle_visit_ends_on_the_server_and_any_touch_extends_it(bench: Bench) -> None:
    bench.shop.scanned("wall", scan(BOOT_EAN))
    bench.clock.ms += 100_000
    bench.shop.touch("wall")
    bench.clock.ms += 100_000
    assert bench.shop.sweep() == []
    bench.clock.ms += 100_000
    assert bench.shop.sweep() == ["wall"]
    assert bench.shop.screen("wall") == Attract()


def test_a_restart_keeps_visit_and_basket(bench: Bench) -> None:
    bench.shop.add_line("wall", "BOOT-42")
    again = type(bench.shop)(
        bench.shop.settings, bench.database, bench.log, bench.shelf, now=bench.clock, new_id=lambda: "f" * 32
    )
    assert again.basket("wall").count == 1
    assert again.screen("wall") == Article(sku="BOOT-42", notice="added")


def test_a_new_catalogue_version_reaches_every_open_screen(bench: Bench) -> None:
    with bench.shop.hub.subscribe("wall") as wall:
        file = make_catalogue(bench.shelf.folder / "incoming.db", Version(1, 2), boot_price=9995)
        bench.shelf.turn(Version(1, 2), file)
        bench.shop.catalogue_turned()
        assert wall.get(0) == CatalogueChanged()
    assert bench.shop.add_line("wall", "BOOT-42").lines[0].item.price == 9995
    assert "CatalogueTurned" in bench.kinds()


def test_counts_from_hq_reach_the_screens_that_show_the_article_and_no_others(bench: Bench) -> None:
    bench.shop.show("wall", Article(sku="BOOT-43"))
    bench.shop.show("tablet", Article(sku="TENT"))
    with bench.shop.hub.subscribe("wall") as wall, bench.shop.hub.subscribe("tablet") as tablet:
        packed = pack_stock([("BOOT-42", "shop", 1, bench.clock.ms, "feed")])
        bench.shop.stock_told(frozenset(bench.shelf.restock(packed, Version(0, 0), Version(1, 1))))
        assert wall.get(0) == Article(sku="BOOT-43")
        assert tablet.get(0) is None
    assert [count.quantity for count in bench.shop.stock("BOOT-42")] == [1]


def test_a_version_that_was_refused_is_told_to_hq_once_and_named_in_the_status(bench: Bench) -> None:
    class Refusing(Alone):
        def refused(self) -> str:
            return "it is not signed"

    bench.shop.outside = Refusing()
    for _ in range(2):
        bench.shop.version_refused("catalogue", "1.7", "it is not signed")
    assert bench.kinds().count("VersionRefused") == 1
    assert bench.shop.status().refused == "it is not signed"


def test_a_flood_of_forged_heads_does_not_fill_the_log(bench: Bench) -> None:
    for n in range(300):
        bench.shop.version_refused("catalogue", f"1.{n}", "it is not signed")
    assert bench.kinds().count("VersionRefused") == MOST_REFUSED


def test_a_search_is_recorded_with_what_it_found(bench: Bench) -> None:
    assert [hit.sku for hit in bench.shop.find("wall", Browse(query="boot"), record=True).hits]
    event = bench.log.latest(1)[0]
    assert (event.kind, json.loads(event.body)["query"], json.loads(event.body)["results"]) == (
        "ProductsSearched",
        "boot",
        1,
    )


def test_the_status_counts_what_waits(bench: Bench) -> None:
    bench.shop.scanned("wall", scan(BOOT_EAN))
    status = bench.shop.status()
    assert (status.head, status.confirmed, status.waiting, status.line_up) == (2, 0, 2, False)
    assert status.oldest_waiting_ms == bench.clock.ms


def test_what_is_opened_from_a_search_is_recorded_with_its_place(bench: Bench) -> None:
    bench.shop.show("wall", Browse(query="boot"))
    bench.shop.show("wall", Article(sku="BOOT-42"))
    chosen = next(event for event in bench.log.latest(3) if event.kind == "SearchResultChosen")
    body = json.loads(chosen.body)
    assert (body["query"], body["results"], body["position"], body["item"]["sku"]) == ("boot", 1, 1, "BOOT-42")
    bench.shop.show("wall", Browse())
    bench.shop.show("wall", Article(sku="BOOT-42"))
    assert bench.kinds().count("SearchResultChosen") == 1


def test_what_was_not_found_but_shown_counts_as_nothing_found(bench: Bench) -> None:
    assert bench.shop.find("wall", Browse(query="qqqqqqqq"), record=True).hits
    assert json.loads(bench.log.latest(1)[0].body)["results"] == 0
