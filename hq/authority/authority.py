"""The authority's files in D/keys, made on first need, and what it hands out.

    ca.key, ca.crt    the root: whoever has ca.key can be every store
    hq.key, hq.crt    HQ's own certificate on the line, as `_hq`
    screens.key, .crt the other root, which the tablets and browsers of shops trust, and nobody on the line

PEM, the keys readable by their owner alone.
"""

import fcntl
import os
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import NameOID

from hq.errors import InputError, KeysError
from sync import certificates
from sync.certificates import HQ_NAME, Key, moment, pem, pem_of_key
from sync.durable import keep
from sync.topics import valid_store

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, kw_only=True, repr=False)
class Authority:
    """HQ's CA. Times in milliseconds since 1970."""

    folder: Path
    certificate: x509.Certificate
    key: Key
    own: x509.Certificate
    """HQ's own, on the line."""

    @property
    def ca_file(self) -> Path:
        return self.folder / "ca.crt"

    @property
    def hq_files(self) -> tuple[Path, Path]:
        """HQ's own certificate on the line, and its key."""
        return self.folder / "hq.crt", self.folder / "hq.key"

    def for_box(self, request: bytes, *, store: str, at: int) -> x509.Certificate:
        """A certificate with which whoever made the signing request speaks as `store`. Raises InputError."""
        if not valid_store(store):
            raise InputError(f"{store!r} can't be a store's id: use 1 to 32 of a-z, 0-9 and -.")
        public = _key_asked_for(request)
        return certificates.client_of(self.certificate, self.key, public, name=store, at=moment(at))

    def for_screens(self, request: bytes, *, store: str, hosts: Sequence[str], at: int) -> x509.Certificate:
        """A certificate for the screens of `store`, which browsers open under `hosts`. Raises InputError, KeysError."""
        root, key = self.screens(at)
        public = _key_asked_for(request)
        try:
            return certificates.screens_of(root, key, public, name=store, hosts=hosts, at=moment(at))
        except ValueError as error:
            raise InputError(str(error)) from error

    def screens(self, at: int) -> tuple[x509.Certificate, Key]:
        """The root of the screens, made now if it was never needed before. Raises KeysError."""
        name = str(self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
        with _alone(self.folder):
            _made(
                self.folder,
                "screens",
                lambda key: certificates.screens_ca_of(key, name=f"{name} screens"[:64], at=moment(at)),
            )
            return _opened(self.folder, "screens")

    def for_broker(self, hosts: Sequence[str], *, at: int) -> tuple[bytes, bytes]:
        """Certificate and key, as PEM, of a broker that is reached under `hosts`."""
        key = certificates.new_key()
        made = certificates.server_of(self.certificate, self.key, key.public_key(), hosts=hosts, at=moment(at))
        return pem(made), pem_of_key(key)

    def revoked(self, serials: Sequence[tuple[int, int]], *, at: int) -> bytes:
        """The list of what was taken back (serial, since when), as PEM."""
        taken_back = [(serial, moment(since)) for serial, since in serials]
        made = certificates.revocations(self.certificate, self.key, taken_back, number=at, at=moment(at))
        return pem(made)


def open_or_create(folder: Path, *, name: str, at: int) -> Authority:
    """The authority in `folder` (D/keys), which must be there; made now, as `name`, if it was never needed before.

    Raises KeysError where only a part of it is there: a second root would lock every box out.
    """
    with _alone(folder):
        _made(folder, "ca", lambda key: certificates.ca_of(key, name=name[:64], at=moment(at)))
        root, key = _opened(folder, "ca")
        _made(
            folder,
            "hq",
            lambda own: certificates.client_of(root, key, own.public_key(), name=HQ_NAME, at=moment(at)),
        )
        own, _ = _opened(folder, "hq")
    return Authority(folder=folder, certificate=root, key=key, own=own)


def _key_asked_for(request: bytes) -> certificates.PublicKey:
    try:
        return certificates.key_asked_for(request)
    except ValueError as error:
        raise InputError(str(error)) from error


def _made(folder: Path, name: str, certificate_of: Callable[[Key], x509.Certificate]) -> None:
    """The key first: a start that is cut short between the two begins again with the key that is there."""
    path, made = folder / f"{name}.key", folder / f"{name}.crt"
    if made.exists():
        return
    if not path.exists():
        keep(path, pem_of_key(certificates.new_key()), mode=0o600)
    keep(made, pem(certificate_of(_key(path))))


def _opened(folder: Path, name: str) -> tuple[x509.Certificate, Key]:
    certificate, key = _certificate(folder / f"{name}.crt"), _key(folder / f"{name}.key")
    if certificate.public_key() != key.public_key():
        raise KeysError(f"{folder / name}.key and .crt don't belong together. Restore both from a backup of the keys.")
    return certificate, key


def _certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise KeysError(f"{path} can't be read ({error}). Restore it from a backup of the keys.") from error


def _key(path: Path) -> Key:
    try:
        if path.stat().st_mode & 0o077:
            raise KeysError(f"{path} can be read by others. Run: chmod 600 {path}")
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise KeysError(f"{path} can't be read ({error}). Restore it from a backup of the keys.") from error
    if not isinstance(key, Key):
        raise KeysError(f"{path} is no EC key. Restore it from a backup of the keys.")
    return key


@contextmanager
def _alone(folder: Path) -> "Iterator[None]":
    """Two commands at once must not make two roots."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
