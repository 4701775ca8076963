"""What lies in `https`: whose certificate it is, what it is good for, and that others can't read its keys."""

import ssl
from pathlib import Path

import pytest

from edge.tls import Folder, TlsError
from sync.certificates import key_asked_for, new_key, pem, screens_ca_of, screens_of
from tests.edge.tls.greeting import AT, MOMENT, greet

HOSTS = ["192.168.7.4", "localhost", "tote.local"]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "https", "aurora-tallinn")


def test_a_box_vouches_for_itself_and_browsers_that_trust_it_get_in(folder: Folder) -> None:
    folder.vouch(HOSTS, at=AT)
    for host in HOSTS:
        greet(folder.chain, folder.ca_file, host)
    with pytest.raises(ssl.SSLCertVerificationError):
        greet(folder.chain, folder.ca_file, "other.local")
    known = folder.vouched()
    assert known and known.own and known.hosts == set(HOSTS)


def test_the_authority_stays_when_names_change(folder: Folder) -> None:
    folder.vouch(HOSTS, at=AT)
    before = folder.ca_file.read_bytes()
    folder.vouch([*HOSTS, "192.168.7.5"], at=AT + 86_400)
    assert folder.ca_file.read_bytes() == before, "what tablets trust is not to change with an address"
    greet(folder.chain, folder.ca_file, "192.168.7.5")


def test_nobody_else_can_read_the_keys(folder: Folder, tmp_path: Path) -> None:
    folder.vouch(HOSTS, at=AT)
    keys = sorted((tmp_path / "https").glob("*.key"))
    assert [key.name for key in keys] == ["box.key", "own.key"]
    assert {key.stat().st_mode & 0o777 for key in keys} == {0o600}
    keys[0].chmod(0o644)
    with pytest.raises(TlsError, match=r"box\.key can be read by others: chmod 600"):
        folder.vouched()


def test_hq_takes_over_and_the_boxs_own_authority_is_forgotten(folder: Folder, tmp_path: Path) -> None:
    folder.vouch(HOSTS, at=AT)
    root_key = new_key()
    root = screens_ca_of(root_key, name="HQ screens", at=MOMENT)
    public = key_asked_for(folder.request().encode())
    made = screens_of(root, root_key, public, name="aurora-tallinn", hosts=HOSTS, at=MOMENT)
    folder.take(pem(made).decode(), pem(root).decode())
    known = folder.vouched()
    assert known and not known.own
    assert not list((tmp_path / "https").glob("own.*"))
    greet(folder.chain, folder.ca_file, "tote.local")


def test_what_is_no_certificate_for_this_box_is_not_taken(folder: Folder) -> None:
    folder.vouch(HOSTS, at=AT)
    before, root_key = folder.chain[0].read_bytes(), new_key()
    root = screens_ca_of(root_key, name="HQ screens", at=MOMENT)
    strange = screens_of(root, root_key, new_key().public_key(), name="x", hosts=HOSTS, at=MOMENT)
    with pytest.raises(TlsError, match="for another key"):
        folder.take(pem(strange).decode(), pem(root).decode())
    with pytest.raises(TlsError, match="is none"):
        folder.take("nonsense", pem(root).decode())
    with pytest.raises(TlsError, match="is none"):
        folder.take(pem(strange).decode(), pem(strange).decode())
    assert folder.chain[0].read_bytes() == before


def test_a_certificate_without_its_authority_counts_as_none(folder: Folder) -> None:
    assert folder.vouched() is None
    folder.vouch(HOSTS, at=AT)
    folder.ca_file.write_bytes(pem(screens_ca_of(new_key(), name="x", at=MOMENT)))
    assert folder.vouched() is None, "cut short between the two files"
