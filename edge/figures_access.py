"""Who may see the figures of a program: this machine, and whoever shows the token."""

from hmac import compare_digest
from ipaddress import ip_address
from pathlib import Path

from flask import Request

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via")
"""A proxy on this machine speaks for somebody else."""
REFUSED = (
    "the figures are for this machine, and for who sends the token of metrics.token_file as Authorization: Bearer\n"
)


def may_see(asked: Request, token_file: str) -> bool:
    """The file is read each time, so that a new token holds at once; "" is none, and so is one that can't be read."""
    kind, _, shown = asked.headers.get("Authorization", "").partition(" ")
    if (
        (token := _token(token_file))
        and kind.lower() == "bearer"
        and compare_digest(shown.strip().encode(), token.encode())
    ):
        return True
    return _is_loopback(asked.remote_addr or "") and not any(name in asked.headers for name in FORWARDED)


def _token(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip() if path else ""
    except (OSError, UnicodeDecodeError):
        return ""


def _is_loopback(address: str) -> bool:
    try:
        told = ip_address(address)
    except ValueError:
        return False
    return (getattr(told, "ipv4_mapped", None) or told).is_loopback
