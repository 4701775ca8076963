"""Everything held of a person, for the person."""

import json
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, select

from hq import decisions
from hq.cli import main
from hq.customers import import_customers
from hq.disclosure import everything, page
from hq.ledger import ledger_of
from hq.service import Hq
from hq.store import tables
from hq.words import LANGUAGES
from sync.ingest import ingest
from tests.hq.boxes import STORE, basket_sent, box_of, line, yes
from tests.hq.customers.test_importing import SARAH, file
from tests.hq.linking.known import Known

MAIL = "sarah@example.com"


@pytest.fixture
def sarah(any_hq: Hq, clock: object, tmp_path: Path) -> Known:
    """Of whom HQ holds something of every kind."""
    known = Known(any_hq, clock)  # type: ignore[arg-type]
    import_customers(any_hq, file(tmp_path, SARAH))
    known.sends(MAIL, "boot-42", agrees=True)
    known.buys("coat", mail=MAIL)
    decisions.withdraw(any_hq, known.profile(MAIL), how="staff", purposes=("profiling",))
    with any_hq.engine.begin() as connection:
        visit = {"profile": known.profile(MAIL), "basket": None, "page": "basket", "at": known.clock.now}
        connection.execute(tables.web_visit.insert().values(visit))
        code = {"id": "c" * 20, "campaign": "come-back", "origin": "mail x", "profile": known.profile(MAIL)}
        code |= {"issued": known.clock.now, "until": 0, "void": False}
        connection.execute(tables.coupon.insert().values(code))
    cart = {
        "id": "e" * 32,
        "n": 0,
        "kind": "viewed",
        "sku": "coat",
        "product_id": "p",
        "name": "Rain coat",
        "variant": "",
    }
    row = cart | {"quantity": 1, "price": 1, "currency": "EUR", "order_id": ""}
    decisions.web_told(any_hq, known.profile(MAIL), shop="aurora", rows=[row])
    decisions.looked(any_hq, known.profile(MAIL), by="jo", how="page")
    return known


def test_it_names_every_row_that_hangs_on_the_person(sarah: Known) -> None:
    with sarah.hq.reading() as connection:
        held = json.dumps(everything(connection, None, sarah.profile(MAIL)))
        for table in tables.metadata.sorted_tables:
            if "profile" in table.c and table.name not in ("person_key", "member"):
                for row in connection.execute(select(table)).mappings():
                    said = [
                        str(value)
                        for column, value in row.items()
                        if value and not isinstance(table.c[column].type, LargeBinary) and column in TOLD[table.name]
                    ]
                    assert said and all(value in held for value in said), table.name
    assert all(word in held for word in ("Sarah", "1984-03-07", MAIL, "+37251234567", "29001", "shopify:7"))


TOLD = {
    "identity": ("kind",),
    "consent": ("purpose", "words", "how", "at"),
    "basket": ("id", "store", "station", "sent"),
    "mail": ("kind", "state"),
    "order_line": ("sku", "order_id", "store", "at"),
    "coupon": ("campaign", "issued"),
    "web_visit": ("page", "at"),
    "web_event": ("sku", "kind", "name", "at"),
    "wish": ("sku", "at"),
    "customer": ("profile",),
}
"""Columns of each table that are to be found there."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_in_the_persons_language_and_escapes_what_they_are_called(sarah: Known, language: str) -> None:
    with sarah.hq.reading() as connection:
        held = everything(connection, None, sarah.profile(MAIL)) | {"language": language}
    held["listed"] = [{"first_name": "<script>alert(1)</script>"}]
    text = page(held, shop="Aurora", at=sarah.clock.now, zone="Europe/Tallinn")
    assert f'<html lang="{language}">' in text
    assert "<script>" not in text and "&lt;script&gt;" in text
    assert MAIL in text and "Trail boot" in text and "coat" in text


def test_the_command_writes_both_and_is_on_record(
    tmp_path: Path, sarah: Known, capsys: pytest.CaptureFixture[str]
) -> None:
    if sarah.hq.engine.dialect.name != "sqlite":
        pytest.skip("the command line finds PostgreSQL by its settings, which this HQ has none of")
    where = ["--mail", MAIL, "--dir", str(sarah.hq.dir)]
    assert main(["profile", "export", *where, "--out", str(tmp_path / "out")]) == 0
    written = {path.name: path for path in (tmp_path / "out").iterdir()}
    assert set(written) == {"everything.html", "everything.json"}
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in written.values())
    assert json.loads(written["everything.json"].read_text())["profile"]
    capsys.readouterr()
    assert main(["profile", "looks", *where, "--json"]) == 0
    looks = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    assert [look["how"] for look in looks] == ["export", "page"]


def test_what_was_done_at_a_screen_is_told(any_hq: Hq) -> None:
    box = box_of(any_hq)
    box.append(basket_sent(line(), consents=(yes(),), language="de"), mail=MAIL)
    ingest(ledger_of(any_hq), STORE, box.payload())
    with any_hq.reading() as connection:
        profile = connection.scalar(select(tables.profile.c.id)) or ""
        held = everything(connection, None, profile)
    assert [one["event"] for one in held["screens"]] == ["BasketSent"]
    assert "Warenkorb gesendet" in page(held, shop="Aurora", at=0, zone="UTC")
