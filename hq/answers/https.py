"""A certificate for the screens of a store: its box asks as whom the broker knows it, and for local names alone."""

import logging
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from hq.authority import for_hq
from sync.certificates import pem

if TYPE_CHECKING:
    from hq.service import Hq

log = logging.getLogger(__name__)

MOST_HOSTS = 40

Host = Annotated[str, msgspec.Meta(min_length=1, max_length=253)]


class HttpsQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`request` is a signing request (PEM) by the key of the screens, `hosts` what browsers open the box under."""

    request: Annotated[str, msgspec.Meta(max_length=4096)]
    hosts: Annotated[list[Host], msgspec.Meta(min_length=1, max_length=MOST_HOSTS)]


def answer(hq: "Hq", store: str, question: HttpsQuestion) -> dict[str, Any]:
    """`certificate`, and the `authority` that browsers are to trust, both PEM. Raises InputError, KeysError."""
    authority, at = for_hq(hq), hq.clock()
    made = authority.for_screens(question.request.encode(), store=store, hosts=question.hosts, at=at)
    root, _ = authority.screens(at)
    log.info("store %s: certificate %x for its screens as %s", store, made.serial_number, ", ".join(question.hosts))
    return {"certificate": pem(made).decode(), "authority": pem(root).decode()}
