"""One-click unsubscribe (RFC 8058): POST changes, GET only shows. Mail scanners open every link they meet."""

from flask import Blueprint

from hq import decisions, links
from hq.mail.whose import Addressee, addressee
from hq.web.pages import here, hq, language, shown

blueprint = Blueprint("unsubscribe", __name__)


@blueprint.get("/u/<token>")
def ask(token: str) -> tuple[str, int]:
    if not (found := _mail(token)):
        return shown("nowhere.html", language(), 404, about="unsubscribe")
    return shown("unsubscribe.html", language(found[1].language), token=token, done=False)


@blueprint.post("/u/<token>")
def unsubscribe(token: str) -> tuple[str, int]:
    """From a mailbox provider, with no cookie and no page before it; or from the page above."""
    if not (found := _mail(token)):
        return shown("nowhere.html", language(), 404, about="unsubscribe")
    mail, whose = found
    decisions.unsubscribe(hq(), whose.profile, how="mail-link", language=whose.language)
    choice = here().preferences(mail) if whose.row else ""
    return shown("unsubscribe.html", language(whose.language), token=token, done=True, choice=choice)


def _mail(token: str) -> tuple[str, Addressee] | None:
    """The mail that the link stood in, and whom it went to."""
    id_ = links.read(hq().keys.link, "unsubscribe", token)
    with hq().reading() as reading:
        found = addressee(reading, id_) if id_ else None
    return (id_, found) if id_ and found else None
