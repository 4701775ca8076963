"""Whatever a file holds, it is imported or refused in words, and its rows add up."""

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from hq.errors import InputError
from hq.importers import FORMATS, import_file
from hq.importers.format import Columns
from tests.hq.importers import files
from tests.hq.importers.platforms import test_shops as shops

SETTINGS = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
HEADERS = sorted({name for format_ in FORMATS if isinstance(format_.layout, Columns)
                  for needed in format_.layout._needed for name in needed})  # fmt: skip
PATHS = ["sku", "price", "title", "id", "name", "ean", "supplier", "variants", "prices", "offers", "@type", "code", "meta",
         "product_name", "masterData", "current", "handle", "options", "model", "pk", "fields", "style", "category",
         "discountPercentage", "stock", "hasVariant", "zones", "facts", "description", "blocks", "images"]  # fmt: skip
SAMPLES = [shops.SHOPIFY, shops.WOO, shops.MAGENTO, shops.PRESTA, shops.COMBINATIONS, shops.SPREE, shops.VENDURE,
           shops.BIGCOMMERCE, files.ARTICLES, files.FEED]  # fmt: skip
CELLS = st.sampled_from(["", "1", "-5", "12,95", "4006381333931", "x", "simple", "variable", "variation", "Product", "SKU",
                         "configurable", "<p>", "{", "id:1", "a=b,c=d", "sku=x|sku=", "EUR 5;x", "\u200b", "/"]) | st.text(max_size=12)  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9) | st.sampled_from(
    ["Product", "https://schema.org", "4006381333931", "9.99", "product.productvariant"])  # fmt: skip
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(PATHS), inner, max_size=8),
    max_leaves=25,
)
RECORDS = st.dictionaries(st.sampled_from(PATHS), JSON, min_size=3, max_size=12)


def tried(connection: Connection, folder: Path, content: str | bytes, format_: str = "") -> None:
    path = files.write(folder, "fuzzed", content.encode("utf-8", "replace") if isinstance(content, str) else content)
    try:
        report = import_file(connection, path, dry_run=True, format=format_)
    except InputError as error:
        assert str(error)
        return
    assert report.rows == report.accepted + report.merged + report.rejected
    assert all(problem.field and problem.reason and problem.hint for problem in report.problems)
    json.dumps(report.as_json())


@SETTINGS
@given(octets=st.binary(max_size=400), pack=st.sampled_from(["", "gzip", "zip"]))
def test_any_octets(connection: Connection, tmp_path: Path, octets: bytes, pack: str) -> None:
    if pack == "gzip":
        octets = gzip.compress(octets)
    elif pack == "zip":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("a", octets)
        octets = packed.getvalue()
    tried(connection, tmp_path, octets)


@SETTINGS
@given(sample=st.sampled_from(SAMPLES), data=st.data())
def test_a_file_with_something_changed_in_it(connection: Connection, tmp_path: Path, sample: str, data: Any) -> None:
    octets = bytearray(sample.encode())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(octets) - 1))
        octets[at : at + data.draw(st.integers(0, 6))] = data.draw(st.binary(max_size=6))
    tried(connection, tmp_path, bytes(octets))


@SETTINGS
@given(
    header=st.lists(st.sampled_from(HEADERS), min_size=1, max_size=14),
    rows=st.lists(st.lists(CELLS, max_size=14), max_size=5),
    delimiter=st.sampled_from(",;\t|"),
)
def test_any_table(
    connection: Connection, tmp_path: Path, header: list[str], rows: list[list[str]], delimiter: str
) -> None:
    lines = [delimiter.join(f'"{cell}"' for cell in row) for row in ([name.strip("*") for name in header], *rows)]
    tried(connection, tmp_path, "\n".join(lines))


@pytest.mark.parametrize("name", [one.name for one in FORMATS if one.adapter is not None])
@settings(parent=SETTINGS, max_examples=3)
@given(rows=st.lists(RECORDS, max_size=4), cells=st.lists(CELLS, min_size=3, max_size=3), lines=st.booleans())
def test_any_format_is_given_rows_of_another(
    connection: Connection, tmp_path: Path, name: str, rows: list[Any], cells: list[str], lines: bool
) -> None:
    tried(connection, tmp_path, "\n".join(map(json.dumps, rows)) if lines else json.dumps(rows), name)
    (format_,) = (one for one in FORMATS if one.name == name)
    if isinstance(format_.layout, Columns):
        header = [column.strip("* ") for column in sorted(format_.layout._needed[0])]
        table = [header, *([cell] * len(header) for cell in cells)]
        tried(connection, tmp_path, "\n".join(",".join(f'"{cell}"' for cell in row) for row in table), name)


@SETTINGS
@given(rows=st.lists(RECORDS, min_size=1, max_size=4), wrapped=st.booleans())
def test_any_records(connection: Connection, tmp_path: Path, rows: list[Any], wrapped: bool) -> None:
    tried(connection, tmp_path, json.dumps({"products": rows} if wrapped else rows))
