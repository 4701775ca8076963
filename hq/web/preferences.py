"""The page of preferences, linked from every mail: what may be sent, shown and remembered. GET changes nothing."""

from flask import Blueprint, redirect, request
from sqlalchemy import Row, select
from werkzeug.wrappers import Response as Redirect

from hq import links, people, preferences
from hq.identity import masked
from hq.store import tables
from hq.web.pages import here, hq, language, shown, theme

blueprint = Blueprint("preferences", __name__)
Answer = tuple[str, int]


@blueprint.get("/p/<token>")
def page(token: str) -> Answer:
    if not (mail := _mail(token)):
        return shown("nowhere.html", language(), 404, about="unsubscribe")
    with hq().reading() as reading:
        address = people.mail_of(reading, mail.profile) or ""
        barred = people.suppressions(reading, mail.profile)
    current = preferences.current(hq(), mail.profile)
    return shown(
        "preferences.html",
        language(mail.language),
        current=current,
        groups=GROUPS,
        stopped="unsubscribed" in barred,
        address=masked("mail", address) if address else "",
        saved=request.args.get("saved") == "1",
        unsubscribe=here().unsubscribe(mail.id),
    )


GROUPS = (
    ("messages", ("baskets", "reminders", "offers", "back-in-stock", "sms")),
    ("elsewhere", ("adverts", "profiling")),
)
"""As they stand on the page."""


@blueprint.post("/p/<token>")
def choose(token: str) -> Answer | Redirect:
    """What was shown is named in `shown`: a box that is missing was unticked."""
    if not (mail := _mail(token)):
        return shown("nowhere.html", language(), 404, about="unsubscribe")
    offered = set(request.form.getlist("shown"))
    current = preferences.current(hq(), mail.profile)
    wanted = {purpose: request.form.get(purpose) == "yes" for purpose in current if purpose in offered}
    spoken = language(mail.language)
    preferences.choose(hq(), mail.profile, wanted, shop=theme().name, language=spoken)
    return redirect(f"/p/{token}?lang={spoken}&saved=1", 303)


def _mail(token: str) -> Row[str, str, str] | None:
    """The mail that the link stood in, whose it was, and their language."""
    id = links.read(hq().keys.link, "preferences", token)  # noqa: A001
    mail, profile = tables.mail.c, tables.profile.c
    query = select(mail.id, mail.profile, profile.language).join_from(tables.mail, tables.profile)
    with hq().reading() as reading:
        return reading.execute(query.where(mail.id == id)).first() if id else None
