"""Alarms on their way: one mail, or one signed message to a webhook, for all that is due, with nothing of people."""

import hmac
import json
from base64 import b64encode
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

import requests

from hq.clock import new_id
from hq.errors import HqError
from hq.fleet.alarms import State, Told
from hq.mail.smtp import connection, hand_over
from hq.service import Hq

FORM = "tote-alarms/1"
SIGNATURE = "X-Tote-Signature"
MOST = 100
"""Alarms whose words stand in one mail; of more, how many there are."""
BUNCH = 500
"""Alarms in one message to the webhook."""
SECONDS = 10
HEADINGS: dict[State, str] = {"begins": "Begins", "goes-on": "Still so", "over": "Over"}


class NotTold(HqError):
    """`str()` says why."""


def mailed(hq: Hq, told: list[Told]) -> None:
    """One mail to all who are to know. Raises what `hq.mail.smtp` does."""
    with connection(hq.config.mail) as server:
        hand_over(server, letter(hq, told))


def letter(hq: Hq, told: list[Told]) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = hq.config.mail.sender, ", ".join(hq.config.alarms.mail)
    message["Subject"] = _subject(told)
    message["Date"] = format_datetime(datetime.fromtimestamp(hq.clock() / 1000, UTC))
    message["Message-ID"] = make_msgid(domain=hq.config.mail.domain)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_text(hq, told))
    return message


def posted(hq: Hq, told: list[Told]) -> None:
    """Raises NotTold, and requests' errors."""
    settings = hq.config.alarms
    secret = Path(settings.secret_file).read_bytes().strip()
    if not secret:
        raise NotTold(f"{settings.secret_file} holds no secret.")
    for start in range(0, len(told), BUNCH):
        body = json.dumps(_as_json(hq, told[start : start + BUNCH]), ensure_ascii=False).encode()
        signature = b64encode(hmac.digest(secret, body, "sha256")).decode()
        headers = {"Content-Type": "application/json", SIGNATURE: signature}
        answer = requests.post(settings.webhook, data=body, headers=headers, timeout=SECONDS, allow_redirects=False)
        if not 200 <= answer.status_code < 300:
            raise NotTold(f"the webhook answers {answer.status_code}.")


def _as_json(hq: Hq, told: list[Told]) -> dict[str, object]:
    rows = [
        {
            "key": one.key,
            "store": one.store,
            "rule": one.kind,
            "state": one.state,
            "since": one.since,
            "words": one.words,
            "remedy": one.remedy,
        }
        for one in told
    ]
    return {"form": FORM, "id": new_id(), "at": hq.clock(), "alarms": rows}


def _subject(told: list[Told]) -> str:
    counts = {state: sum(one.state == state for one in told) for state in HEADINGS}
    parts = [f"{counts['begins']} new"] if counts["begins"] else []
    parts += [f"{counts['goes-on']} still so"] if counts["goes-on"] else []
    parts += [f"{counts['over']} over"] if counts["over"] else []
    first = told[0].store or "HQ"
    about = first if len({one.store for one in told}) == 1 else f"{len({one.store for one in told})} stores"
    return f"Tote, {about}: {', '.join(parts)}"


def _text(hq: Hq, told: list[Told]) -> str:
    lines: list[str] = []
    for state, heading in HEADINGS.items():
        these = [one for one in told if one.state == state]
        if these:
            lines += [heading, ""]
            lines += [_line(one) for one in these[:MOST]]
            lines += [f"  and {len(these) - MOST} more"] if len(these) > MOST else []
            lines += [""]
    staff = hq.config.web.staff_url.rstrip("/")
    lines += [f"All of it: {staff}/fleet" if staff else "All of it: tote-hq status, or HQ's page Fleet"]
    return "\n".join(lines) + "\n"


def _line(one: Told) -> str:
    since = datetime.fromtimestamp(one.since / 1000, UTC).strftime("%d %B, %H:%M UTC")
    remedy = "" if one.state == "over" else f"\n    {one.remedy}"
    return f"- {one.store or 'HQ'}: {one.words} (since {since}){remedy}"
