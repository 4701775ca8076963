"""Who may ask, and what a page may load.

A screen has no login, so what guards it is where a request comes from: `Host` must name this box (against DNS
rebinding), and what changes something must come from a page of this box or from a program, never from another site.

No answer says Strict-Transport-Security: a name such as `tote.local` is another machine's tomorrow, and every port of a
name shares what is said of it. Cookies that were set over https are sent over nothing else.
"""

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from flask import Flask, Request, Response, abort, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from edge.httpd import IN_THE_OPEN
from kiosk.refusing import because

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
DECODER, FOR_DECODER = "/static/camera/", POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
"""The worker that reads barcodes may compile its WebAssembly; it has a policy of its own, so the pages may not."""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}
BY_HTTPS = "this box is asked by https: write https:// before its address"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def guard(app: Flask, hosts: frozenset[str]) -> None:
    """Check every request, mark every answer. `hosts` are names of this box besides localhost and plain addresses."""

    @app.before_request
    def refuse_strangers() -> ResponseReturnValue | None:
        if not names_this_box(request.host, hosts):
            abort(421)
        if IN_THE_OPEN in request.environ:
            return _to_https()
        if request.method not in SAFE and not from_here(request):
            because("foreign-page")
            abort(403)
        return None

    @app.after_request
    def mark(response: Response) -> Response:
        if request.path.startswith(DECODER):
            response.headers["Content-Security-Policy"] = FOR_DECODER
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def names_this_box(host: str, hosts: frozenset[str]) -> bool:
    name = (_split(f"//{host}").hostname or "").lower()
    return name == "localhost" or name in hosts or _is_address(name)


def from_here(asked: Request) -> bool:
    """A browser names the page that posts; a program (`tote station`) names none. No page that came in the open, which
    whoever stands between could have written, posts to a secure one; a proxy before the box may add security."""
    origin = asked.headers.get("Origin")
    if origin is not None:
        page = _split(origin)
        return page.netloc == asked.host and (page.scheme == "https" or not asked.is_secure)
    return asked.headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none")


def _to_https() -> ResponseReturnValue:
    """Who typed the address, or has it as a bookmark, is sent on. What changes something is not asked for again: it may
    bear a token, which who sent it in the open must hear of."""
    if request.method in SAFE:
        return redirect(f"https{request.url.removeprefix('http')}", 308)
    because("in-the-open")
    return jsonify(error=BY_HTTPS), 403


def _split(url: str) -> SplitResult:
    """Parts of `url`, all empty where it is none."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
