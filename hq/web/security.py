"""What a page may load, who may keep it, and who may see the pages of HQ."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Flask, Request, Response

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
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # a basket's address is the key to it: the web shop must not be told
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via")


def guard(app: Flask) -> None:
    @app.after_request
    def mark(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if response.mimetype == "text/html":
            response.headers.setdefault("Cache-Control", "no-store")
            response.headers.setdefault("X-Robots-Tag", "noindex")
        return response


def from_this_machine(asked: Request) -> bool:
    """Whether somebody at this machine asks, and no proxy on behalf of a stranger.

    As long as there are no accounts, HQ's own pages answer nobody else. `Host` is looked at too, so that no foreign
    site can reach them by a name that it lets lead here (DNS rebinding), and so that a proxy that hides itself still
    gives itself away.
    """
    if any(name in asked.headers for name in FORWARDED):
        return False
    return _is_loopback(asked.remote_addr or "") and _names_loopback(asked.host)


def _names_loopback(host: str) -> bool:
    name = urlsplit(f"//{host}").hostname or ""
    return name == "localhost" or _is_loopback(name)


def from_own_page(asked: Request, staff_url: str = "") -> bool:
    """Whether a form was sent by a page of HQ itself, as far as a browser tells: no foreign page may use a colleague's
    browser to change anything. Programs that are no browsers tell nothing, and run on this machine or are signed in.
    `staff_url`: what browsers call HQ's pages where a proxy stands before them."""
    if site := asked.headers.get("Sec-Fetch-Site"):  # no page can forge it; what `Origin` says hangs on Referrer-Policy
        return site == "same-origin"
    return asked.headers.get("Origin") in {None, asked.host_url.rstrip("/"), staff_url.rstrip("/") or None}


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
