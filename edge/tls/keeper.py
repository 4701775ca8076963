"""Keeps what browsers are shown up to date, and hands it to the web server: another certificate needs no restart."""

import logging
import ssl
import threading
from pathlib import Path
from typing import Protocol

from edge.tls.folder import TlsError

log = logging.getLogger(__name__)

PAUSE = 60.0
"""Seconds between looks."""


class Source(Protocol):
    """Where a certificate comes from. `chain` is certificate and key; `look` says whether there is another since the
    last look, gets one where it is time for it, and raises TlsError, and the disk's OSError."""

    @property
    def chain(self) -> tuple[Path, Path]: ...

    def look(self) -> bool: ...


class Keeper:
    """`context()` is the present one, from any thread; a new object for each certificate."""

    def __init__(self, source: Source, *, hosts: tuple[str, ...] = ()) -> None:
        """`hosts` are names under which browsers may open the box besides those of its settings. Raises TlsError where
        there is nothing to show."""
        self.hosts, self._source = hosts, source
        try:
            source.look()
            self._context = server_context(*source.chain)
        except OSError as error:  # of which ssl.SSLError is one
            raise TlsError(f"the screens can't be served over https: {_words(error, source.chain)}") from error
        self._woken, self._stopping = threading.Event(), False
        self._thread = threading.Thread(target=self._run, name="https", daemon=True)

    def context(self) -> ssl.SSLContext:
        return self._context

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping = True
        self._woken.set()
        self._thread.join(timeout=2)

    def wake(self) -> None:
        """HQ may be asked now, say. From any thread."""
        self._woken.set()

    def _run(self) -> None:
        while not self._stopping:
            try:
                if self._source.look():
                    self._context = server_context(*self._source.chain)
                    log.info("the screens have another certificate: %s", self._source.chain[0])
            except (TlsError, OSError):
                log.exception("the screens keep the certificate that they have")
            self._woken.wait(PAUSE)
            self._woken.clear()


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """Raises OSError (of which ssl.SSLError is one)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols(["http/1.1"])
    context.load_cert_chain(certificate, key)
    return context


def _words(error: OSError, chain: tuple[Path, Path]) -> str:
    if isinstance(error, ssl.SSLError):
        return f"{chain[0]} and {chain[1]} are no certificate (PEM) and its key"
    return f"{error.filename or chain[0]}: {error.strerror}"
