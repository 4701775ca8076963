"""The picture of one pixel in mails of who allows it: that the mail was opened. Other mails have none.

Some mailboxes load every picture for everybody: it tells that a mail may have been read, and is no proof.
"""

from base64 import b64decode
from contextlib import suppress

from flask import Blueprint, Response, request
from sqlalchemy import select

from hq import browsers, decisions, links
from hq.store import tables
from hq.web import browser
from hq.web.pages import hq

blueprint = Blueprint("opened", __name__)
PIXEL = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@blueprint.get("/o/<token>.gif")
def pixel(token: str) -> Response:
    """The same picture whatever the link is worth. Consent is asked for again: it may have been taken back since."""
    id = links.read(hq().keys.link, "opened", token)  # noqa: A001
    if id and request.method == "GET":
        with hq().reading() as reading:
            profile = reading.scalar(select(tables.mail.c.profile).where(tables.mail.c.id == id))
            allowed = profile and browsers.allows(reading, profile)
        if profile and allowed:
            with suppress(*decisions.NOT_NOW):
                browser.note_visit(hq(), profile, page="mail")
    answer = Response(PIXEL, mimetype="image/gif", headers={"Cache-Control": "no-store"})
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
