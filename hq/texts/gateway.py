"""The one way out for text messages: an HTTP gateway, whosever it is.

`POST` of JSON `id`, `to` (E.164), `from` and `text`, with `Authorization: Bearer` where there is a token, and the id as
`Idempotency-Key`: what is handed over twice is to be sent once. 2xx has taken it; 4xx will never take it, but 401, 403,
408, 425 and 429, which like 5xx may later.
"""

from pathlib import Path

import requests

from hq.config import Text
from hq.mail.smtp import NotNow, Undeliverable

SECONDS = 10
LATER = frozenset({401, 403, 408, 425, 429})
"""A wrong token is ours to put right: the messages wait for it."""


def hand_over(settings: Text, *, id: str, to: str, text: str) -> None:  # noqa: A002
    """Raises NotNow and Undeliverable, whose words name nobody."""
    message = {"id": id, "to": to, "from": settings.sender, "text": text}
    headers = {"Idempotency-Key": id, **_signed(settings)}
    try:
        answer = requests.post(settings.gateway, json=message, headers=headers, timeout=SECONDS, allow_redirects=False)
    except requests.RequestException as error:
        raise NotNow(f"the gateway for text messages can't be reached: {type(error).__name__}") from None
    if answer.ok and answer.status_code < 300:
        return
    told = f"the gateway for text messages answers {answer.status_code}"
    if 400 <= answer.status_code < 500 and answer.status_code not in LATER:
        raise Undeliverable(told, bounced=False)
    raise NotNow(told)


def _signed(settings: Text) -> dict[str, str]:
    if not settings.token_file:
        return {}
    try:
        return {"Authorization": f"Bearer {Path(settings.token_file).read_text(encoding='utf-8').strip()}"}
    except OSError as error:
        raise NotNow(f"the token of the gateway can't be read: {error.strerror}") from error
