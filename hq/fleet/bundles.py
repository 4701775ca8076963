"""Bundles for support that boxes sent: the box's own by its certificate, asked for by somebody, and kept."""

import os
from base64 import b64decode
from binascii import Error
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from hq import stores
from hq.authority import for_hq
from hq.errors import HqError
from hq.fleet import acting
from hq.service import Hq
from hq.store.tables import certificate
from sync.certificates import proves

MOST = 8 << 20
"""Octets of a bundle."""


class RefusedError(HqError):
    """`str()` says why, to the box's log."""


def path_of(hq: Hq, store: str, action: str) -> Path:
    return hq.dir / "bundles" / f"{store}-{action}.tar.gz"


def take_in(hq: Hq, store: str, action: str, octets: bytes, *, shown: str, proof: str) -> None:
    """`shown` is the box's certificate (PEM) and `proof` its word that these octets are for this action, both base64.
    Raises RefusedError."""
    with hq.reading() as connection:
        known = stores.known(connection, store)
        asked = acting.find(connection, action)
    if not known:  # nothing is counted of names that are made up
        raise RefusedError("no such store")
    if (why := _foreign(hq, store, action, octets, shown, proof)) != "":
        with hq.engine.begin() as connection:
            stores.refuse(connection, store, f"a bundle: {why}", at=hq.clock())
        raise RefusedError(why)
    if asked is None or asked.store != store or asked.what != "bundle" or asked.done:
        raise RefusedError("nobody asked for this bundle")
    _keep(path_of(hq, store, action), octets)


def _foreign(hq: Hq, store: str, action: str, octets: bytes, shown: str, proof: str) -> str:
    """Why it is not by this store's box; "" where it is."""
    try:
        made = x509.load_pem_x509_certificate(b64decode(shown, validate=True))
        signature = b64decode(proof, validate=True)
        made.verify_directly_issued_by(for_hq(hq).certificate)
    except (Error, ValueError, TypeError, InvalidSignature):
        return "no certificate of this HQ"
    names = made.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if [name.value for name in names] != [store]:
        return "another store's certificate"
    with hq.reading() as connection:
        held = certificate.c
        holds = select(held.revoked).where(held.serial == f"{made.serial_number:x}", held.store == store)
        row = connection.execute(holds).first()
    if row is None or row.revoked:
        return "a revoked certificate"
    if not made.not_valid_before_utc.timestamp() * 1000 <= hq.clock() < made.not_valid_after_utc.timestamp() * 1000:
        return "a certificate that has ended"
    right = proves(signature, made, store, action, sha256(octets).hexdigest())
    return "" if right else "not signed by the key of its certificate"


def _keep(path: Path, octets: bytes) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    fresh = path.with_suffix(".part")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(octets)
    fresh.replace(path)
