"""One-click unsubscribe (RFC 8058): POST changes, GET only shows. Mail scanners open every link they meet."""

from flask import Blueprint
from sqlalchemy import Row, select

from hq import decisions, links
from hq.store import tables
from hq.web.pages import here, hq, language, shown

blueprint = Blueprint("unsubscribe", __name__)


@blueprint.get("/u/<token>")
def ask(token: str) -> tuple[str, int]:
    if not (mail := _mail(token)):
        return shown("nowhere.html", language(), 404, about="unsubscribe")
    return shown("unsubscribe.html", language(mail.language), token=token, done=False)


@blueprint.post("/u/<token>")
def unsubscribe(token: str) -> tuple[str, int]:
    """From a mailbox provider, with no cookie and no page before it; or from the page above."""
    if not (mail := _mail(token)):
        return shown("nowhere.html", language(), 404, about="unsubscribe")
    decisions.unsubscribe(hq(), mail.profile, how="mail-link", language=mail.language)
    choice = here().preferences(mail.id)
    return shown("unsubscribe.html", language(mail.language), token=token, done=True, choice=choice)


def _mail(token: str) -> Row[str, str, str] | None:
    """The mail that the link stood in, the profile it went to, and its language."""
    id = links.read(hq().keys.link, "unsubscribe", token)  # noqa: A001
    mail, profile = tables.mail.c, tables.profile.c
    query = select(mail.id, mail.profile, profile.language).join_from(tables.mail, tables.profile).where(mail.id == id)
    with hq().reading() as reading:
        return reading.execute(query).first() if id else None
