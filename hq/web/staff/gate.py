"""Who may see HQ's own pages: signing in and out, and asking each request who it is.

Without any account they answer this machine alone. With one everybody is asked, and they are reached at this machine
or at `web.staff_url`, which a proxy with TLS stands before.
"""

import logging
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, g, make_response, redirect, request
from werkzeug.wrappers import Response as Answer

from hq import accounts
from hq.accounts import sessions
from hq.accounts.accounts import are_there, note_use
from hq.accounts.passwords import Busy
from hq.web.pages import hq
from hq.web.security import from_own_page, from_this_machine

log = logging.getLogger(__name__)

Page = Callable[..., str]
COOKIE = "tote-hq"
SIGN_IN = "/sign-in"
MACHINE = "somebody at HQ's machine"
"""Whose name an action bears while there are no accounts."""


def add_to(blueprint: Blueprint, page: Page) -> None:
    """`page` renders one of HQ's own templates."""
    blueprint.before_request(lambda: _let_in(page))
    blueprint.after_request(_named_to_itself)
    blueprint.add_url_rule(SIGN_IN, "ask_who", lambda: _asked(page))
    blueprint.add_url_rule(SIGN_IN, "sign_in", lambda: _sign_in(page), methods=["POST"])
    blueprint.add_url_rule("/sign-out", "sign_out", _sign_out, methods=["POST"])


def who() -> str:
    """The account that asks, for whatever is recorded."""
    return g.account.name if g.get("account") else MACHINE


def _named_to_itself(answer: Response) -> Response:
    """With "no-referrer" a browser that knows no Sec-Fetch-Site says of these pages' own forms that they come from
    nowhere."""
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer


def may_look(path: str) -> bool:
    """Whether whoever asks may open the page at `path`."""
    if g.get("account"):
        return accounts.may(g.account.roles, path, change=False)
    return not g.get("asked", True)


def may_change(path: str) -> bool:
    """Whether they may also post there."""
    return accounts.may(g.account.roles, path, change=True) if g.get("account") else not g.get("asked", True)


def _let_in(page: Page) -> Answer | tuple[str, int] | None:
    g.account = None
    if not (from_this_machine(request) or _at_own_address()):
        return page("closed.html"), 403
    if request.method == "POST" and not from_own_page(request, hq().config.web.staff_url):
        return page("foreign.html"), 403
    with hq().reading() as reading:
        g.asked = asked = are_there(reading)
        token = request.cookies.get(COOKIE, "")
        g.account, unnoted = sessions.find(reading, token, at=hq().clock()) if asked and token else (None, False)
    if unnoted:
        with hq().engine.begin() as connection:
            sessions.note(connection, token, at=hq().clock())
    if not asked:
        return None if from_this_machine(request) else (page("closed.html"), 403)
    if request.path == SIGN_IN:
        return None
    if g.account is None:
        back = request.full_path.rstrip("?") if request.method == "GET" else "/"
        return redirect(f"{SIGN_IN}?{urlencode({'back': back})}", 303)
    if not accounts.may(g.account.roles, request.path, change=request.method == "POST"):
        return page("not-yours.html"), 403
    return None


def _at_own_address() -> bool:
    """As the settings have it; TLS ends at a proxy, so the scheme is the settings' word, too."""
    own = urlsplit(hq().config.web.staff_url)
    return bool(own.netloc) and request.host == own.netloc


def _asked(page: Page) -> Answer | str:
    return page("sign-in.html", back=_back(), wrong=False, busy=False)


def _sign_in(page: Page) -> Answer | tuple[str, int]:
    name, password = request.form.get("name", "").strip().lower(), request.form.get("password", "")
    try:
        with hq().reading() as reading:
            account = accounts.signed_in(reading, name[:32], password[:200])
    except Busy:
        return page("sign-in.html", back=_back(), wrong=False, busy=True), 503
    if account is None:
        log.warning("a wrong name or password at the pages of HQ")
        return page("sign-in.html", back=_back(), wrong=True, busy=False), 403
    with hq().engine.begin() as connection:
        token = sessions.begin(connection, account.name, at=hq().clock())
        note_use(connection, account.name, hq().clock())
    log.info("%s signed in", account.name)
    answer = make_response(redirect(_back(), 303))
    answer.set_cookie(COOKIE, token, httponly=True, samesite="Strict", secure=_is_encrypted(), path="/")
    return answer


def _sign_out() -> Response:
    with hq().engine.begin() as connection:
        sessions.end(connection, request.cookies.get(COOKIE, ""))
    answer = make_response(redirect(SIGN_IN, 303))
    answer.delete_cookie(COOKIE, path="/")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def _is_encrypted() -> bool:
    return _at_own_address() and hq().config.web.staff_url.startswith("https://")


def _back() -> str:
    """Where to go on: a page of HQ's, whatever the address says."""
    back = request.values.get("back", "/")
    parts = urlsplit(back)
    return back if back.startswith("/") and not (parts.scheme or parts.netloc) and "\\" not in back else "/"
