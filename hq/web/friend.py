"""The page that a friend's link opens: whoever leaves their address has been brought by its person."""

from flask import Blueprint, request
from sqlalchemy import select

from hq import links
from hq.coupons.terms import all_terms
from hq.coupons.wording import takes_off
from hq.friends.naming import is_on, leave
from hq.identity import BadMail
from hq.store import tables
from hq.web.pages import hq, language, shown

blueprint = Blueprint("friend", __name__)


@blueprint.get("/f/<token>")
def ask(token: str) -> tuple[str, int]:
    return _page("ask") if _profile(token) else _nowhere()


@blueprint.post("/f/<token>")
def brought(token: str) -> tuple[str, int]:
    """Nobody is written to: the address may be somebody else's."""
    if (profile := _profile(token)) is None:
        return _nowhere()
    try:
        leave(hq(), profile, request.form.get("mail", "")[:320])
    except BadMail:
        return _page("wrong", 422)
    return _page("done")


def _page(state: str, status: int = 200) -> tuple[str, int]:
    spoken = language()
    off = takes_off(all_terms(hq().config)[hq().config.friends.coupon], spoken)
    return shown("friend.html", spoken, status, state=state, off=off)


def _nowhere() -> tuple[str, int]:
    return shown("nowhere.html", language(), 404, about="basket")


def _profile(token: str) -> str | None:
    """Whose link it is; None for one that was not made here, or whose person is erased."""
    profile = links.read(hq().keys.link, "friend", token) if is_on(hq()) else None
    with hq().reading() as reading:
        return reading.scalar(select(tables.profile.c.id).where(tables.profile.c.id == (profile or "")))
