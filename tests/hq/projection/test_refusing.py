"""VersionRefused: HQ names what a store did not take, until the store takes something else."""

from edge.domain.events import CatalogueTurned, VersionRefused
from hq import stores
from hq.ledger import SqlLedger
from hq.service import Hq
from sync.ingest import ingest
from tests.hq.boxes import NOW, STORE, Box

REFUSED = VersionRefused(feed="catalogue", version="1.7", reason="version 1.7 is not signed by this box's HQ")


def told(hq: Hq) -> str:
    with hq.reading() as connection:
        return next(one.version_refused for one in stores.overview(connection, NOW) if one.store == STORE)


def test_what_a_store_did_not_take_is_named_until_it_takes_a_later_one(hq: Hq, box: Box, ledger: SqlLedger) -> None:
    for event, words in (
        (CatalogueTurned(epoch=1, n=6), ""),
        (REFUSED, "catalogue 1.7: version 1.7 is not signed by this box's HQ"),
    ):
        box.append(event)
        ingest(ledger, STORE, box.payload())
        assert told(hq) == words
