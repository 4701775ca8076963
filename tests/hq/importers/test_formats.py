from pathlib import Path

import pytest

from hq.errors import InputError
from hq.importers import in_order, recognise
from tests.hq.importers import files

HEADERS = {
    "tote-articles-csv": "sku,price,title_en",
    "tote-prices-csv": "sku,price",
    "tote-stock-csv": "sku,store,quantity,as_of",
    "tote-reviews-csv": "product_id,rating,text,title",
    "tote-stores-csv": "id,name,city,hours",
    "tote-orders-csv": "order_id,at,store,sku,quantity,price,currency,mail,card,basket",
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_format_is_told_by_its_header_whatever_the_file_is_called(tmp_path: Path, name: str) -> None:
    assert recognise(files.write(tmp_path, "export.txt", HEADERS[name] + "\n")) == name


def test_a_feed_is_told_by_its_root(tmp_path: Path) -> None:
    assert (
        recognise(files.write(tmp_path, "products", "\ufeff \n" + files.FEED.partition("?>")[2]))
        == "google-merchant-xml"
    )
    assert (
        recognise(
            files.write(
                tmp_path,
                "atom",
                "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:g='http://base.google.com/ns/1.0'><entry><g:id>1</g:id></entry></feed>",
            )
        )
        == "google-merchant-xml"
    )


def test_what_is_unknown_names_what_was_seen(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="names handle, title"):
        recognise(files.write(tmp_path, "shop.csv", "Handle,Title\n"))
    with pytest.raises(InputError, match=r"is a folder. Name the files in it: .*/\*\.csv"):
        recognise(tmp_path)
    with pytest.raises(InputError, match="no file"):
        recognise(tmp_path / "nowhere.csv")
    with pytest.raises(InputError, match="is empty"):
        recognise(files.write(tmp_path, "empty.csv", ""))


def test_what_others_refer_to_comes_first(tmp_path: Path) -> None:
    paths = [files.write(tmp_path, name, header + "\n") for name, header in reversed(HEADERS.items())]
    assert [path.name for path in in_order(paths)] == [
        "tote-stores-csv",
        "tote-articles-csv",
        "tote-prices-csv",
        "tote-stock-csv",
        "tote-reviews-csv",
        "tote-orders-csv",
    ]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("sku,price,name", "it lacks the column title_en. 'name' may be meant: rename it to title_en."),
        ("sku,product_id,titel_de", "it lacks the column title_de. 'titel_de' may be meant: rename it to title_de."),
        ("sku,prise,title_en", "it lacks the column price. 'prise' may be meant"),
        ("sku,product_id,foo", "it lacks the column title_en. Add title_en."),
        (
            "Order number,Article,Qty",
            "To be tote-orders-csv rename 'order number' to order_id, 'qty' to quantity,",
        ),
        (
            "Filiale,Artikel,Menge",
            "To be tote-stock-csv rename 'menge' to quantity, 'artikel' to sku,",
        ),
        ("foo,bar,baz", "HQ reads the files that"),
    ],
)
def test_a_table_that_is_near_to_a_form_is_told_what_it_lacks(tmp_path: Path, header: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        recognise(files.write(tmp_path, "nearly.csv", header + "\n1,2,3\n"))
    assert said in str(refused.value)
