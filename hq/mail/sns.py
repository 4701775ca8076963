"""Whether Amazon SNS itself brought a notice: it signs each with a key whose certificate lies at an address of its own.

The signature says that it is SNS, and not whose topic it is: that the name and password in our address say.
Rules: SNS's page "Verifying the signatures of Amazon SNS messages".
"""

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from threading import Lock
from typing import Any

import requests
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

Told = Mapping[str, Any]
PLACE = re.compile(
    r"https://sns\.[a-z]{2,4}(-[a-z]+)+-\d{1,2}\.amazonaws\.com(\.cn)?/SimpleNotificationService-\w{1,64}\.pem"
)
"""The name of a region, not any: sns.s3-us-west-2.amazonaws.com is somebody's bucket."""
ASKING = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ASKING,
    "UnsubscribeConfirmation": ASKING,
}
"""What is signed of each type, in this order; a subject only where there is one."""
HASHES: dict[str, hashes.HashAlgorithm] = {
    "1": hashes.SHA1(),  # noqa: S303  # SNS's older form, which topics have that were not told otherwise
    "2": hashes.SHA256(),
}
SECONDS, MOST_OCTETS, MOST_KEPT = 10, 1 << 16, 16


class NotSignedError(Exception):
    """`str()` says what is wrong with it."""


class NoCertificateError(Exception):
    """The certificate can't be had just now."""


def fetched(url: str) -> bytes:
    """Raises NoCertificateError."""
    try:
        with requests.get(url, timeout=SECONDS, allow_redirects=False, stream=True) as answer:
            if answer.status_code != 200:
                raise NoCertificateError(f"SNS's certificate is answered with {answer.status_code}")
            return answer.raw.read(MOST_OCTETS, decode_content=True)
    except requests.RequestException as error:
        raise NoCertificateError(f"SNS's certificate can't be fetched: {type(error).__name__}") from None


class Certificates:
    """Those that were fetched, by address; thread-safe. `fetch` gets one as PEM."""

    def __init__(self, fetch: Callable[[str], bytes] = fetched) -> None:
        self._fetch, self._lock = fetch, Lock()
        self._known: dict[str, x509.Certificate] = {}

    def at(self, url: str) -> x509.Certificate:
        """Raises NotSignedError for an address that is none of SNS's, NoCertificateError."""
        if not PLACE.fullmatch(url):
            raise NotSignedError("SigningCertURL is no address of Amazon SNS.")
        with self._lock:
            if url not in self._known:
                if len(self._known) >= MOST_KEPT:
                    self._known.clear()
                self._known[url] = _read(self._fetch(url))
            return self._known[url]


def verify(told: object, certificates: Certificates, *, now: int) -> None:
    """`now` in milliseconds since 1970. Raises NotSignedError, NoCertificateError."""
    if not isinstance(told, dict) or str(told.get("Type")) not in SIGNED:
        raise NotSignedError("It bears no signature of SNS. Switch raw message delivery off for this subscription.")
    algorithm = HASHES.get(str(told.get("SignatureVersion")))
    if algorithm is None:
        raise NotSignedError("SignatureVersion is neither 1 nor 2.")
    certificate = certificates.at(str(told.get("SigningCertURL")))
    if (
        not certificate.not_valid_before_utc
        <= datetime.fromtimestamp(now / 1000, UTC)
        <= certificate.not_valid_after_utc
    ):
        raise NotSignedError("SNS's certificate is not valid now: look at HQ's clock.")
    key = certificate.public_key()
    try:
        if not isinstance(key, rsa.RSAPublicKey):
            raise NotSignedError("The certificate is not of an RSA key, as SNS's are.")
        key.verify(b64decode(str(told.get("Signature"))), _signed(told), padding.PKCS1v15(), algorithm)
    except (InvalidSignature, Error) as error:
        raise NotSignedError("The signature is not that of Amazon SNS.") from error


def _signed(told: Told) -> bytes:
    names = [name for name in SIGNED[str(told["Type"])] if told.get(name) is not None]
    return "".join(f"{name}\n{told[name]}\n" for name in names).encode("utf-8", "replace")


def _read(pem: bytes) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        raise NoCertificateError("what lies at SigningCertURL is no certificate") from error
