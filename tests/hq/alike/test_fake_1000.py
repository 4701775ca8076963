"""Precision and recall of links and proposals on the 1,000 records of `fake_1000`: 251 people, 2,031 true pairs.

The records go through a real HQ, as a list of customers: what is one mail address is linked by itself, the rest is
proposed. Every proposal is then decided as its evidence says, and who is one person afterwards is compared with truth.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from itertools import combinations
from pathlib import Path

import pytest
from sqlalchemy import select

from hq.alike.gathering import proposed
from hq.customers import import_customers
from hq.errors import InputError
from hq.identity import digest
from hq.linking import ruling
from hq.service import Hq
from hq.store import tables

DATA = Path(__file__).parents[4] / "shared/data/mdm"
pytestmark = pytest.mark.skipif(
    not (DATA / "fake_1000.csv").exists(), reason=f"the records of fake_1000 are not here: {DATA} is missing"
)
Pairs = set[tuple[str, str]]


def test_links_and_proposals_find_most_and_take_nobody_for_another(hq: Hq) -> None:
    rows = list(csv.DictReader((DATA / "fake_1000.csv").read_text(encoding="utf-8").splitlines()))
    report = import_customers(hq, DATA / "fake_1000.csv")
    assert (report.rows, report.rejected) == (1000, 0)
    true = together((row["unique_id"], row["cluster"]) for row in rows)
    assert len(true) == 2031
    linked = found(hq, rows)
    assert linked <= true
    with hq.reading() as connection:
        likely = proposed(connection)
    for one in likely:
        with suppress(InputError):  # one already, by another proposal
            ruling.merge(hq, one.one.profile, one.other.profile, reason="", by="test")
    with hq.reading() as connection:
        assert proposed(connection) == []
    all_ = found(hq, rows)
    precision, recall = len(all_ & true) / len(all_), len(all_ & true) / len(true)
    assert round(len(linked) / len(true), 3) == 0.336, "what one mail address finds"
    assert (precision, recall >= 0.7) == (1.0, True), f"{precision=:.4f} {recall=:.3f}, {len(all_ - true)} wrong pairs"


def found(hq: Hq, rows: list[dict[str, str]]) -> Pairs:
    """Records that HQ takes for one person's."""
    with hq.reading() as connection:
        member = tables.member.c
        person = {row.digest: row.person for row in connection.execute(select(member.digest, member.person))}
    ids = {row["unique_id"]: digest(hq.keys, "customer", row["unique_id"]) for row in rows}
    return together((record, person.get(known, record)) for record, known in ids.items())


def together(records: Iterable[tuple[str, str]]) -> Pairs:
    groups = defaultdict(list)
    for record, group in records:
        groups[group].append(record)
    return {pair for those in groups.values() for pair in combinations(sorted(those), 2)}
