"""Questions about many values at once: the same answer in both dialects, and found by an index."""

import pytest
from sqlalchemy import event, insert, select

from hq.ledger import ledger_of
from hq.service import Hq
from hq.store.many import add_rows, among, within
from hq.store.tables import setting
from sync.ingest import ingest_all
from tests.hq.boxes import STORE, Box, basket_sent, box_of, line, turned, viewed, yes

AWKWARD = ["plain", 'a "quoted", one', "back\\slash", "ünïcode 🥾", "{brace}", "it's", ""]

HARMLESS = ("SCAN json_each", "SCAN CONSTANT ROW", "SCAN log")
"""The table of logs has a row for each box, and is read only where boxes come that are new."""


def test_many_values_are_found_whatever_they_hold(any_hq: Hq) -> None:
    with any_hq.engine.begin() as connection:
        add_rows(connection, setting, [(key, str(n)) for n, key in enumerate(AWKWARD)])
        connection.execute(insert(setting), [{"key": "another", "value": ""}])
        asked = [*AWKWARD, "unknown"]
        assert set(connection.scalars(select(setting.c.key).where(among(setting.c.key, asked)))) == set(AWKWARD)
        query = select(setting.c.key).where(within(setting.c.key, "its_keys"), setting.c.value != "0")
        assert set(connection.scalars(query, {"its_keys": asked})) == set(AWKWARD[1:])
        assert connection.scalars(query, {"its_keys": []}).all() == []


def test_rows_may_leave_out_columns_that_number_themselves(any_hq: Hq) -> None:
    with any_hq.engine.begin() as connection:
        add_rows(connection, setting, [("1", "here")], ("value", "key"))
        assert connection.scalar(select(setting.c.value).where(setting.c.key == "here")) == "1"


@pytest.mark.parametrize("again", [False, True])
def test_ingest_reads_no_table_from_end_to_end_on_sqlite(hq: Hq, box: Box, again: bool) -> None:
    """What a transaction costs must not grow with what was taken in before."""
    box.append(basket_sent(line(), basket="b" * 32, consents=(yes(),)), mail="sarah@example.com")
    box.append(viewed())
    if again:
        ingest_all(ledger_of(hq), [(STORE, box.payload())])
        other = box_of(hq)
        other.append(basket_sent(line("hat"), basket="b" * 32, consents=(yes(),)), mail="sarah@example.com")
        other.append(turned(1))
        box = other
    ran: list[tuple[str, object, bool]] = []
    event.listen(hq.engine, "before_cursor_execute", lambda *told: ran.append((told[2], told[3], told[5])))
    ingest_all(ledger_of(hq), [(STORE, box.payload())])
    with hq.reading() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        for statement, parameters, many in [one for one in ran if one[0].split()[0] in ("SELECT", "UPDATE", "DELETE")]:
            plan = raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters[0] if many else parameters).fetchall()
            scans = [row[3] for row in plan if row[3].startswith("SCAN")]
            assert [scan for scan in scans if not scan.startswith(HARMLESS)] == [], statement
