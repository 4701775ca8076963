"""People's own values: found by hash, read with their own key, never in the clear on disk."""

from pathlib import Path

import pytest
from sqlalchemy import delete, select

from hq import identity, people
from hq.dossier import dossier
from hq.errors import InputError
from hq.ledger import SqlLedger
from hq.service import Hq
from hq.store import tables
from sync.ingest import ingest
from tests.hq.boxes import STORE, Box, basket_sent, yes

MAIL = "sarah.lepp@example.com"


@pytest.fixture
def profile(hq: Hq, ledger: SqlLedger, box: Box) -> str:
    box.append(basket_sent(consents=(yes(),)), mail=MAIL)
    ingest(ledger, STORE, box.payload())
    with hq.reading() as connection:
        found = identity.find(connection, hq.keys, "mail", f" {MAIL.upper()} ")
    assert found
    return found


def files_with(folder: Path, word: bytes) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and word in path.read_bytes().lower()]


def test_no_address_stands_in_the_clear_in_any_file_of_hq(hq: Hq, profile: str) -> None:
    assert files_with(hq.dir, b"sarah") == []
    assert files_with(hq.dir, profile.encode()) != []
    with hq.reading() as connection:
        assert people.mail_of(connection, profile) == MAIL


def test_the_same_address_however_it_is_typed_is_the_same_person(
    hq: Hq, ledger: SqlLedger, box: Box, profile: str
) -> None:
    box.append(basket_sent(language="et"), mail=" Sarah.Lepp@EXAMPLE.com ")
    ingest(ledger, STORE, box.payload())
    with hq.reading() as connection:
        person = connection.execute(select(tables.profile)).one()
    assert (person.id, person.language) == (profile, "et")


def test_another_key_finds_and_reads_nobody(hq: Hq, profile: str) -> None:
    with hq.engine.begin() as connection:
        connection.execute(delete(tables.person_key))
        assert people.mail_of(connection, profile) is None


@pytest.mark.parametrize(
    "text", ["", "sarah", "sarah@", "@example.com", "sarah@example", "a b@example.com", "a@b@c.com"]
)
def test_what_is_no_address_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(identity.BadMail) as error:
        identity.normalise_mail(text)
    assert not text or text not in str(error.value).replace("name@example.com", "")


def test_a_domain_is_kept_in_its_own_script() -> None:
    assert identity.normalise_mail("Info@XN--BCHER-KVA.example") == "info@bücher.example"


def test_a_dossier_masks_addresses_unless_asked(hq: Hq, profile: str) -> None:
    with hq.reading() as connection:
        masked = {"kind": "mail", "value": "s…@example.com", "profile": profile}
        assert dossier(connection, profile)["identities"] == [masked]
        known = dossier(connection, profile, reveal=True)
        with pytest.raises(InputError, match="no profile nobody"):
            dossier(connection, "nobody")
    assert known["identities"] == [masked | {"value": MAIL}]
    assert known["consents"][0]["words"] == "Write to me about what lies in my basket."
    assert known["baskets"][0]["lines"][0]["sku"] == "boot-42"
    assert known["mails"][0]["state"] == "queued"


def test_a_control_group_is_drawn_from_new_profiles_and_stays(hq: Hq, ledger: SqlLedger, box: Box) -> None:
    from dataclasses import replace

    from hq.ledger import SqlLedger as Ledger
    from hq.ledger import rules_of

    half = Ledger(hq.engine, replace(rules_of(hq), control=50), hq.clock)
    for number in range(40):
        box.append(basket_sent(), mail=f"p{number}@example.com")
    ingest(half, STORE, box.payload())
    with hq.reading() as connection:
        drawn = sum(connection.scalars(select(tables.profile.c.control)))
    assert 8 < drawn < 32
