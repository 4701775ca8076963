"""Whoever is refused is counted and told to the log: why, and from where, never what they sent."""

from flask import Flask, Response, g, request

from kiosk.parts import kiosk

REASONS = {401: "unpaired", 403: "not-allowed", 413: "too-large", 421: "foreign-host", 429: "too-often"}
"""By status, where nobody said it better."""


def because(reason: str) -> None:
    """The request that is being answered is refused; `reason` is a word of docs/operate.md."""
    g.refused = reason


def install(app: Flask) -> None:
    @app.after_request
    def tell(response: Response) -> Response:
        if reason := g.get("refused") or REASONS.get(response.status_code):
            kiosk().watch.refused(reason, request.remote_addr or "")
        return response
