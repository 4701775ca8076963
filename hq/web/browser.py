"""The one cookie: with consent to profiling it ties a browser to a profile; without, there is none."""

import secrets

from flask import Request, Response

from hq import identity, people
from hq.linking.person import standing
from hq.service import Hq
from hq.store import tables
from hq.store.insert import insert_new

NAME = "tote"
LIFE = 180 * 86_400


def known(hq: Hq, asked: Request) -> str | None:
    """The profile of the browser that asks, if that person still allows it."""
    if not (value := asked.cookies.get(NAME)):
        return None
    with hq.reading() as reading:
        profile = identity.find(reading, hq.keys, "cookie", value)
        allowed = profile and people.allowed(people.answers(reading, profile), "profiling")
    return profile if allowed else None


def note_visit(hq: Hq, profile: str, *, page: str, basket: str | None = None) -> None:
    with hq.engine.begin() as connection:
        row = {"profile": profile, "basket": basket, "page": page, "at": hq.clock()}
        connection.execute(tables.web_visit.insert().values(row))


def tie(hq: Hq, asked: Request, answer: Response, profile: str) -> None:
    """Makes `profile` known in this browser from now on."""
    if (before := known(hq, asked)) and _is_one(hq, before, profile):
        return
    value = secrets.token_urlsafe(24)
    if _keep(hq, profile, value):
        secure = hq.public_url.startswith("https://")
        answer.set_cookie(NAME, value, max_age=LIFE, httponly=True, samesite="Lax", secure=secure)


def _is_one(hq: Hq, one: str, other: str) -> bool:
    with hq.reading() as reading:
        return standing(reading, one) == standing(reading, other)


def _keep(hq: Hq, profile: str, value: str) -> bool:
    with hq.engine.begin() as connection:
        if (key := people.key_of(connection, profile)) is None:
            return False  # erased meanwhile
        row = {"kind": "cookie", "digest": identity.digest(hq.keys, "cookie", value), "profile": profile}
        more = {"value": people.encrypt(key, value), "created": hq.clock()}
        insert_new(connection, tables.identity, [row | more])
    return True


def untie(asked: Request, answer: Response) -> None:
    if NAME in asked.cookies:
        answer.delete_cookie(NAME)


def is_prefetch(asked: Request) -> bool:
    """A browser or mail program that looks ahead is nobody's visit."""
    return "prefetch" in asked.headers.get("Sec-Purpose", "") + asked.headers.get("Purpose", "")
