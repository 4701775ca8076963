"""The root that tablets trust is no key to any other site, whoever holds it."""

import ssl
from pathlib import Path

import pytest

from sync.certificates import is_local, new_key, pem, pem_of_key, screens_ca_of, screens_of, server_of
from tests.edge.tls.greeting import MOMENT, greet


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("tote.local", True),
        ("a.b.internal", True),
        ("LOCALHOST", True),
        ("192.168.0.7", True),
        ("172.31.255.255", True),
        ("172.32.0.1", False),
        ("[fd00::7]", True),
        ("2001:db8::1", False),
        ("8.8.8.8", False),
        ("shop.example", False),
        ("notlocal", False),
        ("tote.local.shop.example", False),
        ("*.local", False),
        ("", False),
        (".local", False),
        ("a\x00.local", False),
    ],
)
def test_what_is_local(host: str, local: bool) -> None:
    assert is_local(host) is local


def test_other_names_are_not_signed() -> None:
    key = new_key()
    root = screens_ca_of(key, name="screens", at=MOMENT)
    for hosts in ([], ["tote.local", "bank.example"]):
        with pytest.raises(ValueError, match="no name or address of a local network"):
            screens_of(root, key, new_key().public_key(), name="shop", hosts=hosts, at=MOMENT)


@pytest.mark.parametrize(("host", "trusted"), [("bank.example", False), ("8.8.8.8", False), ("tote.local", True)])
def test_a_thief_of_the_root_opens_no_other_site(tmp_path: Path, host: str, trusted: bool) -> None:
    root_key, key = new_key(), new_key()
    root = screens_ca_of(root_key, name="screens", at=MOMENT)
    forged = server_of(root, root_key, key.public_key(), hosts=[host], at=MOMENT)
    ca, certificate, private = tmp_path / "ca.crt", tmp_path / "forged.crt", tmp_path / "forged.key"
    for path, content in ((ca, pem(root)), (certificate, pem(forged)), (private, pem_of_key(key))):
        path.write_bytes(content)
    if trusted:
        greet((certificate, private), ca, host)
        return
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        greet((certificate, private), ca, host)
