"""The feeds of a box, over real HTTP: only HQ's own, whole, newer versions are used, and nothing is fetched twice."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from edge.catalogue import Shelf, Version, pack
from sync.codec import FeedHead, new_signing_pair, sign_delta, sign_head
from tests.edge.feeds.hq import BoxEnd, Hq, box, serve, wait_until
from tests.edge.shop.conftest import BOOT_GTIN, make_catalogue


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Hq]:
    (tmp_path / "hq").mkdir()
    hq = serve(tmp_path / "hq")
    yield hq
    assert hq.server
    hq.server.shutdown()
    hq.server.server_close()


@pytest.fixture
def end(tmp_path: Path, hq: Hq) -> Iterator[BoxEnd]:
    end = box(tmp_path / "catalogue", hq)
    end.feed.start()
    yield end
    end.feed.stop()


def price(end: BoxEnd) -> int:
    variant = end.shelf.current().by_gtin(BOOT_GTIN)
    assert variant
    return variant.price.amount


def fetched(hq: Hq) -> list[str]:
    return [path for path, _ in hq.asked]


def turned_to(end: BoxEnd, n: int) -> bool:
    return end.turns[-1:] == [Version(1, n)]


# ---- whole files ----


def test_the_version_in_use_is_fetched_once_more_when_hq_asks_for_it(hq: Hq, end: BoxEnd) -> None:
    end.announce(hq.publish(1))
    wait_until(lambda: end.turns == [Version(1, 1)])
    before = end.shelf.file
    for turn in (2, 3):
        assert end.feed.fetch_again(20)
        assert end.turns == [Version(1, 1)] * turn and end.shelf.file != before
    assert fetched(hq) == ["/1.zst"] * 3 and price(end) == 12995
    assert Shelf(end.shelf.folder).version == Version(1, 1), "a restart finds it too"
    end.announce(hq.publish(2))
    wait_until(lambda: turned_to(end, 2))


def test_without_a_version_of_hqs_nothing_is_fetched_again(hq: Hq, end: BoxEnd) -> None:
    assert not end.feed.fetch_again(0.1)


def test_a_signed_version_is_fetched_and_turned_to(hq: Hq, end: BoxEnd) -> None:
    end.announce(hq.publish(1))
    wait_until(lambda: end.turns == [Version(1, 1)])
    assert price(end) == 12995
    assert not list(end.shelf.folder.glob("incoming*"))


def test_the_same_head_again_changes_nothing(hq: Hq, end: BoxEnd) -> None:
    head = hq.publish(1)
    end.announce(head)
    wait_until(lambda: len(end.turns) == 1)
    end.announce(head)
    end.announce(hq.publish(2))
    wait_until(lambda: len(end.turns) == 2)
    assert end.turns == [Version(1, 1), Version(1, 2)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"n": 3}, "not signed by this box's HQ"),
        ({"signature": ""}, "not signed"),
        ({"sha256": "00" * 32}, "not signed"),
    ],
)
def test_a_forged_head_is_refused_by_name_and_the_old_version_stays(
    hq: Hq, end: BoxEnd, change: dict[str, object], words: str
) -> None:
    end.announce(hq.publish(1))
    wait_until(lambda: len(end.turns) == 1)
    end.announce(hq.publish(2), **change)
    wait_until(lambda: words in end.feed.problem)
    assert end.shelf.version == Version(1, 1)
    (said,) = end.refused
    assert said[0] == "catalogue" and said[1] in ("1.2", "1.3") and words in said[2]


def test_another_hqs_signature_is_refused(hq: Hq, end: BoxEnd) -> None:
    end.announce(sign_head(new_signing_pair()[0], hq.publish(1)))
    wait_until(lambda: "not signed by this box's HQ" in end.feed.problem)


def test_a_file_that_is_not_the_signed_one_is_refused_and_not_fetched_again_with_each_reconnect(
    hq: Hq, end: BoxEnd
) -> None:
    head = hq.publish(1)
    (hq.folder / "1.zst").write_bytes(b"x" * head.size)
    end.announce(head)
    wait_until(lambda: "SHA-256" in end.feed.problem)
    end.announce(head)
    end.announce(hq.publish(2), "nothing")
    wait_until(lambda: not end.feed._heads)
    assert fetched(hq) == ["/1.zst"]
    assert end.shelf.version == Version(0, 0)
    assert not list(end.shelf.folder.glob("incoming*"))


def test_a_truncated_file_is_refused_by_name(hq: Hq, end: BoxEnd) -> None:
    head = hq.publish(1)
    (hq.folder / "1.zst").write_bytes((hq.folder / "1.zst").read_bytes()[:-7])
    end.announce(head)
    wait_until(lambda: f"the file at HQ has {head.size - 7} octets, HQ signed one of {head.size}" in end.feed.problem)
    assert len(end.refused) == 1


def test_a_file_with_another_version_inside_is_refused(hq: Hq, end: BoxEnd) -> None:
    inner = hq.publish(1)
    end.announce(sign_head(hq.signing_key, msgspec.structs.replace(inner, n=2, signature="")))
    wait_until(lambda: "says it is" in end.feed.problem)
    assert end.turns == []


def test_an_older_version_is_refused(hq: Hq, end: BoxEnd) -> None:
    first, second = hq.publish(1), hq.publish(2)
    end.announce(second)
    wait_until(lambda: len(end.turns) == 1)
    end.announce(first)
    wait_until(lambda: "older" in end.feed.problem)
    assert end.shelf.version == Version(1, 2)
    assert end.refused == [("catalogue", "1.1", "1-1 is older than 1-2, which is in use")]


def test_a_file_that_is_missing_for_a_while_is_fetched_once_it_is_there(hq: Hq, end: BoxEnd) -> None:
    head = hq.publish(1)
    packed = (hq.folder / "1.zst").read_bytes()
    (hq.folder / "1.zst").unlink()
    end.announce(head)
    wait_until(lambda: "not fetched yet" in end.feed.problem)
    (hq.folder / "1.zst").write_bytes(packed)
    wait_until(lambda: turned_to(end, 1))
    wait_until(lambda: end.feed.problem == "")
    assert end.refused == []


def test_a_download_that_is_cut_goes_on_where_it_was(hq: Hq, end: BoxEnd) -> None:
    hq.cut = 500
    end.announce(hq.publish(1))
    wait_until(lambda: turned_to(end, 1))
    assert hq.asked == [("/1.zst", ""), ("/1.zst", "bytes=500-")]


def test_a_part_survives_a_restart_of_the_box(hq: Hq, end: BoxEnd, tmp_path: Path) -> None:
    hq.cut = 700
    head = hq.publish(1)
    end.announce(head)
    wait_until(lambda: "not fetched yet" in end.feed.problem)
    end.feed.stop()
    again = box(tmp_path / "catalogue", hq)
    again.feed.start()
    again.announce(head)
    wait_until(lambda: turned_to(again, 1))
    again.feed.stop()
    assert hq.asked[1:] == [("/1.zst", "bytes=700-")]


def test_a_part_of_a_file_that_has_changed_meanwhile_is_dropped(hq: Hq, end: BoxEnd, tmp_path: Path) -> None:
    hq.cut = 700
    head = hq.publish(1)
    whole = (hq.folder / "1.zst").read_bytes()
    (hq.folder / "1.zst").write_bytes(bytes(len(whole)))
    end.announce(head)
    wait_until(lambda: "not fetched yet" in end.feed.problem)
    (hq.folder / "1.zst").write_bytes(whole)
    wait_until(lambda: turned_to(end, 1))


# ---- deltas ----


def test_a_small_change_comes_with_its_head_and_nothing_is_fetched(hq: Hq, end: BoxEnd) -> None:
    end.announce(hq.publish(1))
    wait_until(lambda: turned_to(end, 1))
    head = hq.publish(2, price=9995)
    end.announce(head, deltas=(hq.inline(hq.deltas[0]),))
    wait_until(lambda: turned_to(end, 2))
    assert price(end) == 9995
    assert fetched(hq) == ["/1.zst"]
    assert not list(end.shelf.folder.glob("incoming*"))


def test_a_box_that_is_behind_asks_for_the_way_and_takes_it_step_by_step(hq: Hq, end: BoxEnd) -> None:
    end.announce(hq.publish(1))
    wait_until(lambda: turned_to(end, 1))
    hq.publish(2, price=9995)
    hq.publish(3, price=8995)
    end.announce(hq.publish(4, price=7995))
    wait_until(lambda: turned_to(end, 4))
    assert price(end) == 7995
    assert fetched(hq)[1:] == ["/feeds/catalogue?since=1-1&until=1-4", "/2.delta.zst", "/3.delta.zst", "/4.delta.zst"]
    assert end.turns == [Version(1, 1), Version(1, 4)]


def test_the_whole_file_is_taken_where_it_is_less_than_the_deltas(hq: Hq, end: BoxEnd) -> None:
    end.announce(hq.publish(1))
    wait_until(lambda: turned_to(end, 1))
    head = hq.publish(2)
    big = msgspec.structs.replace(hq.deltas[0], size=head.size + 1)
    hq.deltas[0] = sign_delta(hq.signing_key, big)
    end.announce(head)
    wait_until(lambda: turned_to(end, 2))
    assert fetched(hq)[2:] == ["/2.zst"]


@pytest.mark.parametrize("harm", ["signature", "content", "another HQ"])
def test_a_wrong_delta_is_refused_by_name_and_the_whole_file_taken(hq: Hq, end: BoxEnd, harm: str) -> None:
    end.announce(hq.publish(1))
    wait_until(lambda: turned_to(end, 1))
    head, step = hq.publish(2, price=9995), hq.inline(hq.deltas[0])
    if harm == "signature":
        step = msgspec.structs.replace(step, size=step.size + 1)
    elif harm == "content":
        step = msgspec.structs.replace(step, data=b"x" * step.size)
    else:
        step = sign_delta(new_signing_pair()[0], step)
    end.announce(head, deltas=(step,))
    wait_until(lambda: turned_to(end, 2))
    assert price(end) == 9995
    wait_until(lambda: len(end.refused) == 1)
    assert "a delta is refused" in end.refused[0][2]


# ---- rings ----


def test_a_ring_s_version_is_for_its_stores_alone_and_the_head_of_all_is_then_no_mistake(
    hq: Hq, end: BoxEnd, tmp_path: Path
) -> None:
    other = box(tmp_path / "other", hq, "other")
    other.feed.start()
    first = hq.publish(1)
    for each in (end, other):
        each.announce(first)
        wait_until(lambda each=each: turned_to(each, 1))
    second = hq.publish(2)
    for each in (end, other):
        each.announce(second, "catalogue/canary", stores=("shop", "third"))
        each.announce(first, newest=(1, 2))
    wait_until(lambda: turned_to(end, 2))
    end.announce(first, newest=(1, 2))
    wait_until(lambda: not end.feed._heads and not other.feed._heads)
    assert (other.shelf.version, end.shelf.version) == (Version(1, 1), Version(1, 2))
    assert end.feed.problem == other.feed.problem == ""
    other.announce(second)
    wait_until(lambda: turned_to(other, 2))
    other.feed.stop()


def test_a_head_that_was_taken_away_says_nothing(hq: Hq, end: BoxEnd) -> None:
    end.feed.head(b"")
    end.announce(hq.publish(1))
    wait_until(lambda: turned_to(end, 1))
    assert end.feed.problem == ""


# ---- stock ----


def counts(end: BoxEnd, sku: str) -> dict[str, int]:
    return {count.store: count.quantity for count in end.shelf.current().stock(sku)}


def test_stock_changes_without_another_version(hq: Hq, end: BoxEnd) -> None:
    end.announce(hq.publish(1))
    wait_until(lambda: turned_to(end, 1))
    end.announce(hq.count(("BOOT-42", "shop", 1, 5, "feed"), ("TENT", "web", None, 0, "")), "stock")
    wait_until(lambda: end.stocked)
    assert end.stocked == [frozenset({"BOOT-42", "TENT"})]
    assert (counts(end, "BOOT-42"), counts(end, "TENT")) == ({"shop": 1}, {})
    assert end.turns == [Version(1, 1)]
    assert end.shelf.current().mark("stock") == Version(1, 1)


def test_a_younger_count_stays(hq: Hq, end: BoxEnd) -> None:
    end.announce(hq.publish(1))
    wait_until(lambda: turned_to(end, 1))
    end.announce(hq.count(("BOOT-42", "shop", 1, 50, "rfid")), "stock")
    wait_until(lambda: len(end.stocked) == 1)
    end.announce(hq.count(("BOOT-42", "shop", 9, 40, "feed")), "stock")
    wait_until(lambda: len(end.stocked) == 2)
    assert counts(end, "BOOT-42") == {"shop": 1}


def test_a_new_version_is_not_shown_with_older_stock(hq: Hq, end: BoxEnd) -> None:
    end.announce(hq.publish(1))
    wait_until(lambda: turned_to(end, 1))
    head = hq.publish(2, languages=("en", "et"))  # another form: no delta leads there
    end.announce(hq.count(("BOOT-42", "shop", 1, 5, "feed")), "stock")
    wait_until(lambda: end.stocked)
    hq.deltas.clear()
    end.announce(head)
    wait_until(lambda: turned_to(end, 2))
    assert counts(end, "BOOT-42") == {"shop": 1}
    assert end.shelf.current().mark("stock") == Version(1, 1)


def test_counts_that_hq_did_not_sign_are_refused(hq: Hq, end: BoxEnd) -> None:
    end.announce(hq.publish(1))
    wait_until(lambda: turned_to(end, 1))
    head = hq.count(("BOOT-42", "shop", 1, 5, "feed"))
    hq.signing_key = new_signing_pair()[0]
    end.announce(head, "stock")
    wait_until(lambda: "not signed by this box's HQ" in end.feed.problem)
    assert counts(end, "BOOT-42") == {"shop": 3}


def test_the_same_version_under_another_feed_s_name_is_refused(hq: Hq, end: BoxEnd) -> None:
    end.announce(hq.publish(1), "stock")
    wait_until(lambda: "came as one of stock" in end.feed.problem)


def test_a_head_of_another_program_is_refused(hq: Hq, end: BoxEnd) -> None:
    end.feed.head(b"{}")
    wait_until(lambda: "not the head of a feed" in end.feed.problem)
    assert end.refused[0][:2] == ("catalogue", "")


def whole(hq: Hq, n: int, file: Path) -> FeedHead:
    size, digest = pack(file, hq.folder / f"{n}.zst")
    return sign_head(
        hq.signing_key, FeedHead(feed="catalogue", epoch=1, n=n, url=f"/{n}.zst", size=size, sha256=digest)
    )


def test_a_version_is_shown_though_its_pictures_are_nowhere(hq: Hq, end: BoxEnd) -> None:
    named = ("ab" * 32 + ".svg", "cd" * 32 + ".svg")
    end.announce(whole(hq, 1, make_catalogue(hq.folder / "1.db", Version(1, 1), pictures=named)))
    wait_until(lambda: turned_to(end, 1))
