"""The retailer's list of customers: who they are stands in the journal as hashes, what they are called does not."""

from pathlib import Path

import pytest
from sqlalchemy import select

from hq import decisions, identity
from hq.cli import main
from hq.config_marketing import SHIPPED
from hq.customers import import_customers
from hq.dossier import dossier, listed
from hq.errors import InputError
from hq.exports.members import members
from hq.linking.person import profiles
from hq.service import Hq, open_hq
from hq.store import tables
from hq.store.state import derived_hash
from tests.hq.conftest import Clock, registered
from tests.hq.linking.known import Known

SARAH = "shopify:7,Sarah,Künnapas,1984-03-07,sarah@example.com,+37251234567,29001"


@pytest.fixture
def hq(any_hq: Hq) -> Hq:
    return any_hq


def file(folder: Path, *rows: str, header: str = "Customer_ID,First_Name,Surname,DOB,Email,Phone,Card") -> Path:
    path = folder / "customers.csv"
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


def found(hq: Hq, kind: str, value: str) -> str:
    with hq.reading() as connection:
        return identity.find(connection, hq.keys, kind, value) or ""  # type: ignore[arg-type]


def test_a_row_says_that_its_identities_are_one_persons(hq: Hq, tmp_path: Path) -> None:
    report = import_customers(hq, file(tmp_path, SARAH))
    assert (report.rows, report.accepted, report.problems) == (1, 1, [])
    ways = [("mail", "SARAH@example.com"), ("phone", "+372 5123 4567"), ("card", "29001"), ("customer", "shopify:7")]
    ids = {found(hq, kind, value) for kind, value in ways}
    with hq.reading() as connection:
        assert len(ids) == 4 and set(profiles(connection, ids.pop())) >= ids
        (one,) = listed(connection, found(hq, "mail", "sarah@example.com"))
    assert (one["first_name"], one["last_name"], one["birth_date"]) == ("Sarah", "Künnapas", "1984-03-07")


def test_again_it_changes_nothing_and_writes_nothing_down(hq: Hq, tmp_path: Path) -> None:
    path = file(tmp_path, SARAH)
    import_customers(hq, path)
    with hq.reading() as connection:
        state, journalled = derived_hash(connection), len(list(hq.journal.entries()))
    report = import_customers(hq, path)
    assert (report.accepted, report.merged) == (0, 1)
    with hq.reading() as connection:
        assert (derived_hash(connection), len(list(hq.journal.entries()))) == (state, journalled)


def test_to_be_listed_is_no_consent(hq: Hq, tmp_path: Path) -> None:
    import_customers(hq, file(tmp_path, SARAH))
    assert list(members(hq, SHIPPED[0])) == []
    with hq.reading() as connection:
        assert dossier(connection, found(hq, "card", "29001"))["consents"] == []


def test_the_journal_has_no_word_of_it_and_brings_the_links_back(hq: Hq, tmp_path: Path, clock: Clock) -> None:
    import_customers(hq, file(tmp_path, SARAH))
    journal = (hq.dir / "journal.jsonl").read_text()
    assert not any(word in journal for word in ("Sarah", "sarah@", "51234567", "29001", "1984"))
    fresh = tmp_path / "fresh"
    fresh.mkdir(mode=0o700)
    (hq.dir / "keys").rename(fresh / "keys")
    (fresh / "journal.jsonl").write_text(journal)
    again = registered(open_hq(fresh, clock=clock))
    try:
        assert found(again, "card", "29001")
        with again.reading() as connection:
            assert len(profiles(connection, found(again, "card", "29001"))) == 4
            assert listed(connection, found(again, "card", "29001")) == []
        known = Known(again, clock)
        known.sends("sarah@example.com")
        with again.reading() as connection:
            shown = dossier(connection, found(again, "card", "29001"), reveal=True)
        assert "sarah@example.com" in [one["value"] for one in shown["identities"]], "learnt from their basket"
        import_customers(again, file(tmp_path, SARAH))
        with again.reading() as connection:
            shown = dossier(connection, found(again, "card", "29001"), reveal=True)
        assert {one["value"] for one in shown["identities"]} == {
            "sarah@example.com", "+37251234567", "29001", "shopify:7"
        }  # fmt: skip
    finally:
        again.close()


def test_who_was_erased_stays_out(hq: Hq, tmp_path: Path) -> None:
    path = file(tmp_path, SARAH)
    import_customers(hq, path)
    decisions.erase(hq, found(hq, "customer", "shopify:7"))
    report = import_customers(hq, path)
    assert (report.accepted, report.rejected) == (0, 1)
    assert "erased" in report.problems[0].reason
    with hq.reading() as connection:
        assert connection.scalar(select(tables.customer.c.profile)) is None
        assert connection.scalar(select(tables.profile.c.id)) is None


def test_a_bad_address_is_told_and_the_rest_is_taken(hq: Hq, tmp_path: Path) -> None:
    report = import_customers(hq, file(tmp_path, "8,Jo,Oja,,jo-at-home,0512,", ",No,Id,,,,"))
    assert [(one.row, one.field, one.outcome) for one in report.problems] == [
        (2, "mail", "warned"),
        (2, "phone", "warned"),
        (3, "customer", "rejected"),
    ]
    assert (report.accepted, report.warned, report.rejected) == (1, 1, 1)


def test_a_file_of_something_else_is_refused(hq: Hq, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="lists no customers"):
        import_customers(hq, file(tmp_path, "BOOT,1", header="sku,price"))


def test_the_command_says_what_became_of_the_rows(
    tmp_path: Path, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    open_hq(tmp_path / "hq", clock=clock).close()
    assert main(["profile", "import", str(file(tmp_path, SARAH)), "--dir", str(tmp_path / "hq")]) == 0
    assert capsys.readouterr().out == "1 rows: 1 new, 0 known, 0 rejected.\n"
