"""TLS on the line: whom this end trusts, who it is, and validity by a clock that may be wrong.

A box has no clock of its own: after a power cut it may believe in 1970, or in the year after next. So the validity of
certificates is not held against the system's clock but against the latest moment that has certainly passed (`floor`):
a certificate not yet valid is taken, one that had certainly expired is refused. All else (chain, signature, name,
purpose) is OpenSSL's to check, as ever.
"""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL, which Python's `ssl` does not name."""
_WRONG_NAME = (62, 63, 64)
"""X509_V_ERR_HOSTNAME_MISMATCH, EMAIL, IP_ADDRESS."""
_EXPIRED = 10
"""X509_V_ERR_CERT_HAS_EXPIRED."""
Floor = Callable[[], float]
"""Seconds since 1970: it is certainly not earlier."""


class Trust(ssl.SSLContext):
    """A client's context; made by `trust`. `told` is the last refusal by the other end, after the greeting."""

    floor: Floor
    told: str


class _Socket(ssl.SSLSocket):
    """Looks at the other end's chain by the floor; keeps what the other end says against us."""

    context: Trust

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
            self._refuse_expired()
        except OSError:
            self.close()  # paho lets go of a socket whose greeting failed without closing it
            raise
        self.context.told = ""

    def _refuse_expired(self) -> None:
        inner: Any = self._sslobj  # type: ignore[attr-defined]  # public from Python 3.13 on
        for certificate in inner.get_verified_chain():
            ends = certificate.get_info()["notAfter"]
            if ssl.cert_time_to_seconds(ends) < self.context.floor():
                raise _expired(ends)

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """In TLS 1.3 a server looks at the client's certificate after the client is through with the greeting."""
        try:
            return super().recv(buflen, flags)
        except ssl.SSLError as error:
            self.context.told = in_words(error)
            raise


def trust(floor: Floor, *, ca: Path | None = None, certificate: Path | None = None, key: Path | None = None) -> Trust:
    """A context that trusts `ca` alone (None: the system's authorities) and shows `certificate`, if any.

    Raises OSError (of which ssl.SSLError is one) where a file is missing, unreadable or no certificate.
    """
    context = Trust(ssl.PROTOCOL_TLS_CLIENT)
    context.floor, context.told, context.sslsocket_class = floor, "", _Socket
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags |= ssl.VerifyFlags(NO_CHECK_TIME)
    if ca:
        context.load_verify_locations(ca)
    else:
        context.load_default_certs()
    if certificate:
        context.load_cert_chain(certificate, key)
    return context


def in_words(error: Exception) -> str:
    """Why there is no secure line, for the person who looks after the box; "" where it is no matter of trust."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _of_theirs(error)
    reason = str(getattr(error, "reason", None) or "")
    return next((words for alert, words in _OF_OURS.items() if alert in reason), "")


_OF_OURS = {
    "CERTIFICATE_REVOKED": "HQ has revoked this box's certificate: if the box is yours, enrol it again",
    "CERTIFICATE_EXPIRED": "this box's certificate has expired: enrol it again",
    "UNKNOWN_CA": "HQ does not know this box's certificate: enrol it again",
    "CERTIFICATE_UNKNOWN": "HQ does not take this box's certificate: enrol it again",
    "BAD_CERTIFICATE": "HQ does not take this box's certificate: enrol it again",
    "CERTIFICATE_REQUIRED": "HQ asks for a certificate and this box has none: enrol it",
}
"""By what OpenSSL calls the alert that the other end sent."""


def _of_theirs(error: ssl.SSLCertVerificationError) -> str:
    if error.verify_code in _WRONG_NAME:
        return "what answers bears another name than HQ's broker: nothing is sent to it; check the address"
    if error.verify_code == _EXPIRED:
        return f"the certificate of HQ's broker has expired ({error.verify_message}): make it a new one"
    return "what answers is not HQ's broker (its certificate is not of HQ's authority): nothing is sent to it"


def _expired(since: str) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, f"certificate verify failed: certificate has expired ({since})")
    error.verify_code, error.verify_message = _EXPIRED, since
    return error
