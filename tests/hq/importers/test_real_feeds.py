"""Files that others wrote."""

from pathlib import Path

import pytest

from hq.importers import import_file
from hq.service import open_hq

CATALOGUES = Path(__file__).parents[4] / "shared" / "data" / "catalogues"


def test_a_merchant_feed_of_others_is_taken_whole(tmp_path: Path) -> None:
    feed = CATALOGUES / "google_feed_apparel" / "feed.xml"
    if not feed.exists():
        pytest.skip(f"{feed} is not on this machine")
    hq = open_hq(tmp_path / "hq")
    with hq.engine.connect() as connection:
        report = import_file(connection, feed)
    hq.close()
    assert (report.rows, report.accepted, report.problems) == (2, 2, [])
