"""`https` in the data folder: what the box's web server shows to browsers.

    box.key, box.crt    the key of the screens, which never leaves the box, and its certificate
    ca.crt              who signed that: what tablets are to trust
    own.key, own.crt    the box's own authority; there only as long as HQ did not vouch

PEM, the keys readable by their owner alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from edge.config import ConfigError
from sync import certificates
from sync.certificates import Key, moment, pem, pem_of_key
from sync.durable import keep

OTHERS = 0o077


class TlsError(ConfigError):
    """The screens can't be served over https; `str()` names the cause and the fix."""


@dataclass(frozen=True, kw_only=True)
class Vouched:
    """What browsers are shown, and for how long. Times in seconds since 1970."""

    hosts: frozenset[str]
    begins: float
    ends: float
    own: bool
    """Signed by the box itself, and not by HQ."""
    authority: x509.Certificate

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the authority's certificate, as browsers and tablets show it."""
        return self.authority.fingerprint(SHA256()).hex(":").upper()


class Folder:
    def __init__(self, path: Path, store: str) -> None:
        self._path, self._store = path, store

    @property
    def ca_file(self) -> Path:
        return self._path / "ca.crt"

    @property
    def chain(self) -> tuple[Path, Path]:
        """Certificate and key."""
        return self._path / "box.crt", self._path / "box.key"

    def vouched(self) -> Vouched | None:
        """None where there is no certificate yet, or none that goes with key and authority."""
        try:
            made, ca = _certificate(self.chain[0]), _certificate(self.ca_file)
            made.verify_directly_issued_by(ca)
            if made.public_key() != self._key("box").public_key():
                return None
            begins, ends = made.not_valid_before_utc.timestamp(), made.not_valid_after_utc.timestamp()
            own = (self._path / "own.crt").exists() and ca == _certificate(self._path / "own.crt")
            hosts = frozenset(certificates.hosts_of(made))
        except PermissionError as error:
            raise TlsError(f"{error.filename} can't be read: run this as root, or as who runs the box") from error
        except (OSError, ValueError, TypeError, InvalidSignature):
            return None
        return Vouched(hosts=hosts, begins=begins, ends=ends, own=own, authority=ca)

    def request(self) -> str:
        """What HQ is asked to sign. Raises TlsError, and the disk's OSError."""
        return certificates.request_of(self._made("box")).decode()

    def take(self, certificate: str, authority: str) -> None:
        """HQ signed. Raises TlsError where that does not fit, and the disk's OSError."""
        try:
            made = x509.load_pem_x509_certificate(certificate.encode())
            ca = x509.load_pem_x509_certificate(authority.encode())
            made.verify_directly_issued_by(ca)
        except (ValueError, TypeError, InvalidSignature) as error:
            raise TlsError(f"HQ's certificate for the screens is none: {error}") from error
        if made.public_key() != self._made("box").public_key():
            raise TlsError("HQ's certificate for the screens is for another key")
        self._put(made, ca)
        for name in ("own.crt", "own.key"):  # whoever stole it could vouch for addresses of this network
            (self._path / name).unlink(missing_ok=True)

    def vouch(self, hosts: Sequence[str], *, at: float) -> None:
        """The box signs for itself, as an authority of its own. Raises TlsError, and the disk's OSError."""
        key, now = self._made("own"), moment(round(at * 1000))
        root = self._root(key, now)
        public = self._made("box").public_key()
        made = certificates.screens_of(root, key, public, name=self._store, hosts=hosts, at=now)
        self._put(made, root)

    def _root(self, key: Key, now: datetime) -> x509.Certificate:
        path = self._path / "own.crt"
        if path.exists():
            root = _certificate(path)
            if root.public_key() == key.public_key() and now < root.not_valid_after_utc:
                return root
        root = certificates.screens_ca_of(key, name=f"Tote box of {self._store}"[:64], at=now)
        keep(path, pem(root), mode=0o644)
        return root

    def _put(self, made: x509.Certificate, ca: x509.Certificate) -> None:
        """Cut short between the two, they don't go together, and another is got at the next start."""
        keep(self.ca_file, pem(ca), mode=0o644)
        keep(self.chain[0], pem(made), mode=0o644)

    def _made(self, name: str) -> Key:
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._path / f"{name}.key"
        if not path.exists():
            keep(path, pem_of_key(certificates.new_key()), mode=0o600)
        return self._key(name)

    def _key(self, name: str) -> Key:
        path = self._path / f"{name}.key"
        if path.stat().st_mode & OTHERS:
            raise TlsError(f"{path} can be read by others: chmod 600 {path}")
        try:
            key = load_pem_private_key(path.read_bytes(), password=None)
        except ValueError as error:
            raise TlsError(f"{path} is no key: delete it, and the box makes itself another") from error
        if not isinstance(key, Key):
            raise TlsError(f"{path} is no EC key: delete it, and the box makes itself another")
        return key


def _certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())
