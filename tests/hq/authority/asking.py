"""A box that asks for its certificate, without the box."""

from pathlib import Path

from hq import stores
from hq.authority import codes, enrolment
from hq.service import Hq
from sync import enrolling
from sync.certificates import Key, new_key, pem_of_key, request_of
from sync.durable import keep
from sync.enrolling import Answer


def code_for(hq: Hq, store: str) -> str:
    """The signs of a fresh code."""
    with hq.engine.begin() as connection:
        stores.register(connection, store)
        return enrolling.plain(codes.new(connection, store, at=hq.clock()))


def asked_with(signs: str, key: Key | None = None, *, store: str = "") -> bytes:
    return enrolling.request_of(signs, request_of(key or new_key()).decode(), store=store)


def answered(hq: Hq, signs: str, key: Key) -> Answer:
    request = asked_with(signs, key)
    return enrolling.opened(signs, request, enrolment.answer(hq, request))


def certified(hq: Hq, store: str, folder: Path) -> tuple[Path, Path]:
    """Certificate and key of the box of `store`, in `folder`."""
    key = new_key()
    answer = answered(hq, code_for(hq, store), key)
    certificate, private = folder / f"{store}.crt", folder / f"{store}.key"
    keep(certificate, answer.certificate.encode())
    keep(private, pem_of_key(key), mode=0o600)
    return certificate, private
