"""What waits in the table `mail`: its kinds, and how a row of it begins."""

from typing import Any

MAIL = "basket"
"""A mail with a basket that a shopper asked for."""
TEXT = "basket-text"
"""A text message with the link of a basket."""
BACK, BACK_TEXT = "back-in-stock", "back-in-stock-text"
"""An article that somebody waits for is back."""
TOLD_BACK = (BACK, BACK_TEXT)
TEXTS = (TEXT, BACK_TEXT)
ASKED = (MAIL, TEXT, BACK, BACK_TEXT)
"""What somebody asked for. Every other kind is the name of a journey."""


def queued(
    *,
    id: str,  # noqa: A002
    event: str,
    kind: str,
    profile: str,
    basket: str | None,
    message_id: str,
    due: int,
    store: str = "",
    subject: str = "",
) -> dict[str, Any]:
    """`due` in ms: not before. `store` and `subject`: what a journey's message is about where that is no basket."""
    return {
        "id": id,
        "event": event,
        "kind": kind,
        "profile": profile,
        "basket": basket,
        "store": store,
        "subject": subject,
        "state": "queued",
        "message_id": message_id,
        "tries": 0,
        "due": due,
        "error": "",
    }
