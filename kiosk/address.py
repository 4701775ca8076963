"""The address that somebody typed: how they want to be written to, and where."""

from flask import request

from edge.domain.events import Channel


def posted() -> tuple[Channel, str]:
    """What `parts/address.html` sends; a program may leave the channel out."""
    if request.form.get("channel") == "sms":
        return "sms", request.form.get("phone", "").strip()
    return "mail", request.form.get("mail", "").strip()
