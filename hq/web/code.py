"""Where the code of a station leads: the basket it holds is opened, whether the store's line is up or down.

Whoever opens it is nobody to HQ: no profile, no consent, no cookie.
"""

import logging

from flask import Blueprint, redirect
from werkzeug.wrappers import Response as Redirect

from hq import decisions, sharing
from hq.sharing import RefusedCodeError
from hq.web.pages import here, hq, language, shown

log = logging.getLogger(__name__)
blueprint = Blueprint("code", __name__)
STATUS = {"broken": 404, "foreign": 404, "expired": 410}


@blueprint.get("/q/<payload>")
def opened(payload: str) -> Redirect | tuple[str, int]:
    spoken = language()
    try:
        basket = sharing.open_code(hq(), payload, spoken)
    except RefusedCodeError as error:
        log.info("a code was not opened: %s", error)
        return shown("refused.html", spoken, STATUS[error.why], why=error.why)
    except decisions.NOT_NOW:
        log.exception("a code could not be opened")
        return shown("refused.html", spoken, 503, why="busy")
    return redirect(f"{here().basket(basket)}?lang={spoken}", 303)
