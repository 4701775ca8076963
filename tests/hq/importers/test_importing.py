"""Files become articles, and every row is answered for."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from edge.domain.article import Product, Review, Stock, Store, Variant
from edge.domain.money import Money
from hq.errors import InputError
from hq.feeds import languages_of
from hq.importers import CatalogueReport, import_file
from hq.importers.articles import Articles
from hq.service import open_hq
from hq.store.state import state_hash
from tests.hq.importers import files

NOW = 1_790_000_000_000
Take = Callable[..., CatalogueReport]


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    hq = open_hq(tmp_path / "hq")
    with hq.engine.connect() as opened:
        yield opened
    hq.close()


@pytest.fixture
def take(connection: Connection, tmp_path: Path) -> Take:
    """Imports a text as a file; every report's totals must add up."""

    def taken(text: str | bytes, name: str = "file.csv", **options: Any) -> CatalogueReport:
        report = import_file(connection, files.write(tmp_path, name, text), now=NOW, **options)
        assert report.rows == report.accepted + report.merged + report.rejected
        return report

    return taken


def held(connection: Connection, kind: type[Any], id_: str) -> Any:
    value = Articles(connection).get(kind, id_)
    connection.rollback()
    return value


def remarks(report: CatalogueReport) -> list[tuple[int, str]]:
    assert all(problem.reason and problem.hint for problem in report.problems)
    return [(problem.row, problem.field) for problem in report.problems]


def test_own_articles_become_products_and_variants(connection: Connection, tmp_path: Path) -> None:
    report = import_file(connection, files.articles(tmp_path), pictures=tmp_path / "stored", now=NOW)
    picture = (tmp_path / "pictures" / "boot.svg").read_bytes()
    stored = f"{sha256(picture).hexdigest()}.svg"
    assert (report.format, report.rows, report.accepted, report.problems) == ("tote-articles-csv", 3, 3, [])
    assert report.difference.as_json() == {"new": 5, "changed": 0, "same": 0, "gone": 0}
    assert held(connection, Product, "boot") == Product(
        id="boot",
        brand="Aurora",
        category="Shoes > Boots",
        title={"en": "Trail boot", "de": "Wanderstiefel"},
        story={"en": "Dry.\n\nFeet."},
        goes_with=("sock", "tent"),
    )
    assert held(connection, Variant, "TB-42") == Variant(
        sku="TB-42",
        product_id="boot",
        gtin="04006381333931",
        price=Money(amount=12995, currency="EUR"),
        was=Money(amount=15995, currency="EUR"),
        size="42",
        colour="Brown",
        picture=stored,
        position=1,
    )
    assert held(connection, Variant, "TB-43").position == 2
    assert (tmp_path / "stored" / stored).read_bytes() == picture
    assert languages_of(connection) == ["en", "de"]


def test_a_row_without_price_is_rejected_and_the_others_are_taken(take: Take, connection: Connection) -> None:
    report = take("sku,price,title_en\nA,,Boot\nB,5,Sock\nC,-5,Coat\nD,free,Hat\n,5,Cap\n")
    assert (report.accepted, report.rejected) == (1, 4)
    assert remarks(report) == [(2, "price"), (4, "price"), (5, "price"), (6, "sku")]
    assert held(connection, Variant, "B").product_id == "B"


def test_a_file_in_another_currency_than_the_catalogue_is_warned_of_once(take: Take) -> None:
    assert remarks(take("sku,price,currency,title_en\nA,5,EUR,Boot\n")) == []
    report = take("sku,price,currency,title_en\nB,5,SEK,Sock\nC,5,SEK,Coat\n")
    assert remarks(report) == [(2, "currency")]
    assert report.problems[0].reason == "it is priced in SEK, those of the catalogue in EUR"
    assert remarks(take("sku,price,currency,title_en\nD,5,EUR,Hat\n")) == []


def test_two_columns_of_one_name_are_told_and_the_first_that_is_filled_counts(
    take: Take, connection: Connection
) -> None:
    report = take("sku,price,title_en,title_en\nA,5,,Boot\nB,5,Sock,Stocking\n")
    assert (report.accepted, report.warned) == (2, 0)
    assert remarks(report) == [(1, "title_en")]
    assert held(connection, Product, "A").title == {"en": "Boot"}
    assert held(connection, Product, "B").title == {"en": "Sock"}


def test_an_article_for_nothing_is_taken_with_a_warning(take: Take, connection: Connection) -> None:
    assert remarks(take("sku,price,title_en\nA,0,Boot\n")) == [(2, "price")]
    assert remarks(take("sku,price\nA,0.00\n")) == [(2, "price")]
    assert held(connection, Variant, "A").price.amount == 0


@pytest.mark.parametrize("amount", ["99999999999999999", "999999999999999999", "92233720368547758.07"])
def test_an_amount_that_no_database_holds_is_rejected(take: Take, connection: Connection, amount: str) -> None:
    report = take(f"sku,price,title_en\nA,{amount},Boot\nB,5,Sock\n")
    assert (report.accepted, report.rejected, remarks(report)) == (1, 1, [(2, "price")])
    assert held(connection, Variant, "A") is None


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("sku", "../../done"),
        ("sku", "a/b?c"),
        ("sku", ".hidden"),
        ("sku", '"a\nb"'),
        ("sku", "a\u202eb"),
        ("sku", "A" * 65),
        ("title_en", "L" * 301),
        ("story_en", "L" * 65537),
        ("size", "L" * 201),
        ("colour", "L" * 201),
        ("brand", "L" * 201),
        ("category", "L" * 201),
    ],
)
def test_what_no_screen_and_no_path_can_hold_is_rejected(take: Take, field: str, text: str) -> None:
    cells = {"sku": "A", "price": "5", "title_en": "Boot", "size": "", "colour": "", "brand": "", "category": ""}
    cells |= {"story_en": "", field: text}
    report = take(f"{','.join(cells)}\n{','.join(cells.values())}\n".encode())
    assert (report.accepted, report.rejected, remarks(report)) == (0, 1, [(2, field)])
    assert len(report.problems[0].reason) < 120


def test_a_wrong_check_digit_leaves_the_article_by_its_sku(take: Take, connection: Connection) -> None:
    report = take("sku,price,gtin,title_en\nA,5,4006381333932,Boot\nB,5,4.00638E+12,Sock\n")
    assert (report.accepted, report.warned, report.rejected) == (2, 2, 0)
    assert remarks(report) == [(2, "gtin"), (3, "gtin")]
    assert held(connection, Variant, "A").gtin is None


def test_a_duplicated_gtin_stays_with_the_first(take: Take, connection: Connection) -> None:
    report = take("sku,price,gtin,title_en\nA,5,4006381333931,Boot\nB,5,04006381333931,Sock\n")
    again = take("sku,price,gtin,title_en\nC,5,4006381333931,Coat\n")
    assert remarks(report) == [(3, "gtin")]
    assert remarks(again) == [(2, "gtin")]
    assert [held(connection, Variant, sku).gtin for sku in "ABC"] == ["04006381333931", None, None]


def test_an_article_keeps_all_its_numbers_and_each_wrong_one_is_told(take: Take, connection: Connection) -> None:
    report = take("sku,price,gtin,title_en\nA,5,4006381333931; 96385074;4006381333932;n/a;04006381333931,Boot\n")
    assert remarks(report) == [(2, "gtin")]
    assert (held(connection, Variant, "A").gtin, held(connection, Variant, "A").more_gtins) == (
        "04006381333931",
        ("00000096385074",),
    )
    other = take("sku,price,gtin,title_en\nB,5,96385074;5012345678900,Sock\n")
    assert remarks(other) == [(2, "gtin")]
    assert (held(connection, Variant, "B").gtin, held(connection, Variant, "B").more_gtins) == ("05012345678900", ())


def test_a_further_number_that_an_article_no_longer_has_is_free(take: Take, connection: Connection) -> None:
    take("sku,price,gtin,title_en\nA,5,4006381333931;96385074,Boot\n")
    assert remarks(take("sku,price,gtin,title_en\nA,5,4006381333931,Boot\nB,5,96385074,Sock\n")) == []
    assert held(connection, Variant, "A").more_gtins == ()
    assert held(connection, Variant, "B").gtin == "00000096385074"


def test_a_gtin_may_move_to_another_sku(take: Take, connection: Connection) -> None:
    take("sku,price,gtin,title_en\nA,5,4006381333931,Boot\n")
    report = take("sku,price,gtin,title_en\nA,5,,Boot\nB,5,4006381333931,Boot\n")
    assert report.problems == []
    assert [held(connection, Variant, sku).gtin for sku in "AB"] == [None, "04006381333931"]


def test_the_same_row_twice_is_merged_and_another_of_its_sku_rejected(take: Take, connection: Connection) -> None:
    report = take("sku,price,title_en\nA,5,Boot\nA,5,Boot\nA,6,Boot\n")
    assert (report.accepted, report.merged, report.rejected) == (1, 1, 1)
    assert held(connection, Variant, "A").price.amount == 500


def test_a_picture_that_is_missing_is_a_warning_and_the_earlier_one_stays(
    connection: Connection, tmp_path: Path
) -> None:
    import_file(connection, files.articles(tmp_path), pictures=tmp_path / "stored")
    (tmp_path / "pictures" / "boot.svg").unlink()
    report = import_file(connection, tmp_path / "articles.csv", pictures=tmp_path / "stored")
    assert remarks(report) == [(2, "picture")]
    assert held(connection, Variant, "TB-42").picture.endswith(".svg")


def test_no_file_outside_the_folder_is_taken_for_a_picture(take: Take, connection: Connection) -> None:
    report = take("sku,price,title_en,picture\nA,5,Boot,../../../etc/passwd\nB,5,Sock,/etc/hostname.svg\n")
    assert remarks(report) == [(2, "picture"), (3, "picture")]
    assert held(connection, Variant, "A").picture == ""


def test_a_picture_s_name_that_no_disk_takes_is_a_warning(take: Take, connection: Connection) -> None:
    report = take("sku,price,title_en,picture\nA,5,Boot," + "\N{HIKING BOOT}" * 100 + ".png\nB,5,Sock,\n")
    assert remarks(report) == [(2, "picture")]
    assert (report.accepted, held(connection, Variant, "A").picture) == (2, "")


def test_new_prices_change_only_the_price(connection: Connection, take: Take, tmp_path: Path) -> None:
    import_file(connection, files.articles(tmp_path), pictures=tmp_path / "stored")
    before = held(connection, Variant, "TB-42")
    report = take("sku;price\nTB-42;119,95\nTB-43;129,95\nnobody;5\n")
    after = held(connection, Variant, "TB-42")
    assert (report.format, report.accepted, report.rejected) == ("tote-prices-csv", 2, 1)
    assert report.difference.as_json() == {"new": 0, "changed": 1, "same": 1, "gone": 0}
    assert (after.price.amount, after.was) == (11995, before.was)
    assert (after.picture, after.gtin, after.size) == (before.picture, before.gtin, before.size)
    take("sku;price;was\nTB-42;119,95;\n")
    assert held(connection, Variant, "TB-42").was is None


def test_stock_is_absolute_and_an_older_count_does_not_win(connection: Connection, take: Take, tmp_path: Path) -> None:
    import_file(connection, files.articles(tmp_path))
    take("id,name,city\naurora-tallinn,Aurora,Tallinn\n")
    take("sku,store,quantity,as_of\nTB-42,aurora-tallinn,3,2026-09-02T07:30:00Z\nTB-42,web,0,\n")
    report = take(
        "sku,store,quantity,as_of\nTB-42,aurora-tallinn,9,2026-09-01\nTB-42,nowhere,1,\nX,web,1,\nTB-42,web,-1,\n"
    )
    assert (report.accepted, report.merged, report.rejected, report.warned) == (2, 1, 1, 3)
    assert held(connection, Stock, "TB-42@aurora-tallinn") == Stock(
        sku="TB-42", store="aurora-tallinn", quantity=3, as_of=1788334200000
    )
    assert held(connection, Stock, "TB-42@web").as_of == NOW


def test_reviews_and_stores_are_taken(connection: Connection, take: Take, tmp_path: Path) -> None:
    import_file(connection, files.articles(tmp_path))
    header = "product_id,rating,language,author,date,title,text\n"
    review = "boot,5,en,Mari,2026-01-02,Dry,<script>alert(1)</script>\n"
    report = take(header + review + review + "boot,6,en,,,,\nnobody,1,en,,,,\nboot,3,en,,yesterday,,\n")
    assert (report.accepted, report.merged, report.rejected, report.warned) == (2, 1, 2, 1)
    stores = take("id,name,city,latitude,longitude\na-1,Aurora,Tallinn,59.44,24.75\nA 2,X,,,\na-3,X,,999,\nweb,W,,,\n")
    assert (stores.accepted, stores.rejected) == (1, 3)
    assert held(connection, Store, "a-1").latitude == 59.44
    assert Articles(connection).ids(Review)


def test_a_merchant_feed_is_read_item_by_item(take: Take, connection: Connection) -> None:
    report = take(files.FEED, "feed.xml")
    assert (report.format, report.rows, report.accepted, report.warned, report.rejected) == (
        "google-merchant-xml", 3, 2, 1, 1,
    )  # fmt: skip
    assert remarks(report) == [(2, "gtin"), (3, "price")]
    product, variant = held(connection, Product, "watch"), held(connection, Variant, "W-1")
    assert (product.title, product.category, product.story) == (
        {"en": "Steel watch"},
        "accessories > watches",
        {"en": "One.\n\n- two"},
    )
    assert (variant.price, variant.was) == (Money(amount=9900, currency="USD"), Money(amount=10529, currency="USD"))
    assert (variant.gtin, variant.colour, variant.link) == ("00698615070527", "Black", "https://shop.example.com/w1")
    assert [held(connection, Stock, f"{sku}@web").quantity for sku in ("W-1", "W-2")] == [1, 0]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", ""),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0"),
        ("text.csv", "hello world\nnothing here\n"),
        ("object.json", '{"sku": "A"}'),
        ("other.xml", "<?xml version='1.0'?><invoice/>"),
        ("page.html", "<!doctype html><html></html>"),
        ("feed.xml", "<rss><channel><item>"),
        ("feed.xml", files.FEED[:900]),
        ("feed.xml", "<?xml version='1.0'?><!DOCTYPE r [<!ENTITY a 'b'>]><rss>&a;</rss>"),
        ("feed.xml", "<"),
        ("wrong.csv", "sku,price,title_in english\nA,5,Boot\n"),
        ("orders.csv", "order_id,sku,quantity\n1,A,1\n"),
    ],
)
def test_a_file_that_is_no_catalogue_says_so_and_changes_nothing(
    connection: Connection, take: Take, name: str, content: str | bytes
) -> None:
    before = state_hash(connection)
    connection.rollback()
    with pytest.raises(InputError) as error:
        take(content, name)
    assert name in str(error.value)
    assert state_hash(connection) == before


def test_a_file_that_breaks_off_takes_back_the_rows_before(connection: Connection, take: Take) -> None:
    rows = "".join(f"A{n},5,Boot\n" for n in range(1500))
    with pytest.raises(InputError, match="damaged"):
        take(f"sku,price,title_en\n{rows}" + '"' + "x" * (1 << 21))
    assert Articles(connection).ids(Variant) == set()


def test_a_dry_run_tells_the_difference_and_changes_nothing(connection: Connection, tmp_path: Path) -> None:
    import_file(connection, files.articles(tmp_path))
    before = state_hash(connection)
    connection.rollback()
    text = "sku,price,title_en,product_id\nTB-42,1,Trail boot,boot\nNEW,5,Hat,hat\n"
    report = import_file(connection, files.write(tmp_path, "b.csv", text), dry_run=True, pictures=tmp_path / "stored")
    assert report.difference.as_json() == {"new": 2, "changed": 2, "same": 0, "gone": 3}
    assert state_hash(connection) == before
    assert not (tmp_path / "stored").exists()


def test_a_full_list_may_replace_the_catalogue(connection: Connection, take: Take, tmp_path: Path) -> None:
    import_file(connection, files.articles(tmp_path))
    take("sku,price,title_en\nTB-42,5,Boot\n", replace=True)
    articles = Articles(connection)
    assert (articles.ids(Variant), articles.ids(Product)) == ({"TB-42"}, {"TB-42"})


def test_a_rejected_row_does_not_remove_its_live_article(connection: Connection, take: Take, tmp_path: Path) -> None:
    import_file(connection, files.articles(tmp_path))
    live = Articles(connection).get(Variant, "TB-43")
    report = take("sku,price,title_en\nTB-42,5,Boot\nTB-43,12%,Boot\nNEW,-1,Hat\n", replace=True)
    assert (report.accepted, report.rejected, report.spared, report.removed) == (1, 2, 1, 2)
    articles = Articles(connection)
    assert articles.ids(Variant) == {"TB-42", "TB-43"}, "the sock is removed: no row names it"
    assert articles.get(Variant, "TB-43") == live
    assert live is not None and articles.get(Product, live.product_id) is not None


def test_an_article_that_a_good_row_names_too_is_not_spared(connection: Connection, take: Take, tmp_path: Path) -> None:
    import_file(connection, files.articles(tmp_path))
    report = take("sku,price,title_en\nTB-43,12%,Boot\nTB-43,5,Boot\n", replace=True)
    assert (report.spared, Articles(connection).ids(Variant)) == (0, {"TB-43"})


def test_an_article_that_its_shop_switched_off_is_removed_although_its_row_is_rejected(
    connection: Connection, take: Take, tmp_path: Path
) -> None:
    header = "id,title,price,availability,link,image_link,status\n"
    rows = "A,Boot,5.00 EUR,in stock,,,active\nB,Sock,5.00 EUR,in stock,,,{}\nC,Hat,{},in stock,,,active\n"
    take(header + rows.format("active", "5.00 EUR"))
    report = take(header + rows.format("archived", ""), replace=True)
    assert (report.rejected, report.spared, Articles(connection).ids(Variant)) == (2, 1, {"A", "C"})


def test_a_list_that_breaks_off_removes_nothing(connection: Connection, take: Take, tmp_path: Path) -> None:
    import_file(connection, files.articles(tmp_path))
    report = take('sku,price,title_en\nTB-42,5,Boot\nTB-43,5,"Boot\nWS-1,5,Sock\n', replace=True)
    assert (report.accepted, report.rejected, remarks(report)) == (1, 1, [(3, "title_en")])
    assert Articles(connection).ids(Variant) == {"TB-42", "TB-43", "WS-1"}


@pytest.mark.parametrize(
    ("rows", "gone"),
    [("", 5), ("TB-42,,Boot\nWS-1,-3,Sock\n", 1)],
    ids=["only a header", "every row rejected"],
)
def test_a_list_of_which_no_row_was_taken_removes_nothing(
    connection: Connection, take: Take, tmp_path: Path, rows: str, gone: int
) -> None:
    import_file(connection, files.articles(tmp_path))
    report = take(f"sku,price,title_en\n{rows}", replace=True)
    assert (report.accepted, report.difference.gone, report.removed) == (0, gone, 0)
    assert Articles(connection).ids(Variant) == {"TB-42", "TB-43", "WS-1"}


def test_an_import_inside_a_transaction_is_a_part_of_it(connection: Connection, tmp_path: Path) -> None:
    with connection.begin() as outer:
        import_file(connection, files.articles(tmp_path))
        outer.rollback()
    assert Articles(connection).ids(Variant) == set()


def test_another_product_under_the_id_of_a_live_one_is_warned_of_once(take: Take) -> None:
    header = "product_id,sku,brand,category,price,title_en\n"
    take(header + "126,A-1,Aurora,Shoes,5,Trail boot\n")
    assert take(header + "126,A-1,Aurora,Shoes,5,Hiking boot\n").problems == []
    report = take(header + "126,B-1,Borealis,Drinks,3,Apple juice\n126,B-2,,,3,\n")
    assert remarks(report) == [(2, "product_id")]
    assert report.problems[0].reason.startswith("this is another product under the same id: 126 was 'Hiking boot'")


def test_a_shops_export_that_puts_another_product_under_a_live_id_is_warned_of(take: Take) -> None:
    header = "Handle,Title,Vendor,Type,Variant SKU,Variant Price\n"
    take(header + "a,Boot,Aurora,Shoes,A-1,5\n")
    assert remarks(take(header + "a,Juice,Borealis,Drinks,B-1,5\na,,,,B-2,5\n")) == [(2, "product_id")]


def test_articles_of_several_currencies_in_one_file_are_warned_of_once(take: Take) -> None:
    report = take("sku,price,currency,title_en\nA,5,USD,A\nB,5,EUR,B\nC,5,EUR,C\n")
    assert (report.accepted, remarks(report)) == (3, [(3, "currency")])


def test_a_price_before_that_is_below_the_price_is_left_out_with_a_warning(take: Take, connection: Connection) -> None:
    header = "Handle,Title,Variant SKU,Variant Price,Variant Compare At Price\n"
    report = take(header + "a,A,A-1,20,10\nb,B,B-1,20,0\nc,C,C-1,20,20\n")
    assert (report.accepted, remarks(report)) == (3, [(2, "was")])
    assert held(connection, Variant, "A-1").was is None


def test_tags_of_html_in_titles_are_left_out_and_a_word_is_no_price(take: Take, connection: Connection) -> None:
    report = take("sku,price,title_en\nA,5,<b>Trail</b> boot\nB,free,Boot\n")
    assert held(connection, Product, "A").title == {"en": "Trail boot"}
    assert report.problems[0].reason == "'free' is no amount"
