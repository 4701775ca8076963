"""Files that others wrote: each is imported or refused in words, and the table in docs/importing.md says how."""

import json
import re
from pathlib import Path

import pytest

from hq.errors import InputError
from hq.importers import import_file, recognise
from hq.service import open_hq

ROOT = Path(__file__).parents[3]
CATALOGUES = ROOT.parent / "shared" / "data" / "catalogues"
ROW = re.compile(r"\| `([\w.-]+/[\w.-]+)` \| ([\w.+ -]+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|")
TOLD = {
    found.group(1): found.groups()[1:] for found in ROW.finditer((ROOT / "docs" / "importing.md").read_text("utf-8"))
}
FILES = sorted(f"{path.parent.name}/{path.name}" for path in CATALOGUES.glob("*/*"))


@pytest.mark.skipif(not FILES, reason=f"{CATALOGUES} is not on this machine")
@pytest.mark.parametrize("name", FILES or ["none"])
def test_a_file_of_others_is_imported_as_the_table_says_or_refused_in_words(tmp_path: Path, name: str) -> None:
    hq = open_hq(tmp_path / "hq")
    try:
        with hq.engine.connect() as connection:
            report = import_file(connection, CATALOGUES / name)
    except InputError as error:
        assert name not in TOLD and name in str(error)
        return
    finally:
        hq.close()
    assert report.rows == report.accepted + report.merged + report.rejected
    counts = (report.rows, report.accepted, report.merged, report.warned, report.rejected)
    assert (report.format, *map(str, counts)) == TOLD[name]


HEADERS = ROOT.parent / "shared" / "data" / "formats" / "HEADERS.json"
KNOWN = {
    "shopify": "shopify-csv",
    "woocommerce": "woocommerce-csv",
    "magento2_export": "magento2-csv",
    "prestashop_products": "prestashop-products-csv",
    "prestashop_combinations": "prestashop-combinations-csv",
    "vendure": "vendure-csv",
    "spree": "spree-csv",
    "commercetools": "commercetools-csv",
    "spryker_concrete": "spryker-concrete-csv",
    "bigcommerce_v2": "bigcommerce-csv",
    "google_feed_core": "google-merchant-tsv",
}


@pytest.mark.skipif(not HEADERS.exists(), reason=f"{HEADERS} is not on this machine")
def test_every_platform_is_told_by_the_columns_it_documents(tmp_path: Path) -> None:
    for name, told in json.loads(HEADERS.read_text()).items():
        columns = told["columns"] if isinstance(told, dict) else told
        delimiter = told["delimiter"] if isinstance(told, dict) else "\t"
        path = tmp_path / name
        path.write_text(delimiter.join(f'"{column}"' for column in columns) + "\n")
        assert recognise(path) == KNOWN[name]
