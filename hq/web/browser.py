"""The one cookie: with consent to profiling it ties a browser to a profile; without, there is none."""

from flask import Request, Response

from hq import browsers
from hq.linking.person import standing
from hq.service import Hq
from hq.store import tables

NAME = "tote"
LIFE = 180 * 86_400


def known(hq: Hq, asked: Request) -> str | None:
    """The profile of the browser that asks, if that person still allows it."""
    with hq.reading() as reading:
        return browsers.owner(reading, hq.keys, asked.cookies.get(NAME, ""))


def note_visit(hq: Hq, profile: str, *, page: str, basket: str | None = None) -> None:
    with hq.engine.begin() as connection:
        row = {"profile": profile, "basket": basket, "page": page, "at": hq.clock()}
        connection.execute(tables.web_visit.insert().values(row))


def tie(hq: Hq, asked: Request, answer: Response, profile: str) -> None:
    """Makes `profile` known in this browser from now on. One that is known as somebody stays so: a link that another
    person passed on makes nobody theirs."""
    if known(hq, asked) is not None:
        return
    if value := browsers.draw(hq, profile):
        secure = hq.public_url.startswith("https://")
        answer.set_cookie(NAME, value, max_age=LIFE, httponly=True, samesite="Lax", secure=secure)


def is_anothers(hq: Hq, asked: Request, profile: str) -> bool:
    """Whether the browser is known as somebody else than the person of `profile`."""
    if (before := known(hq, asked)) is None:
        return False
    with hq.reading() as reading:
        return standing(reading, before) != standing(reading, profile)


def untie(asked: Request, answer: Response) -> None:
    if NAME in asked.cookies:
        answer.delete_cookie(NAME)


def is_prefetch(asked: Request) -> bool:
    """A browser or mail program that looks ahead is nobody's visit."""
    return "prefetch" in asked.headers.get("Sec-Purpose", "") + asked.headers.get("Purpose", "")
