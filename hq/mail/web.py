"""POST /returns/NAME: mails that came back, as a mail service tells of them. The same effects as of `hq.mail.returns`.

Each service proves itself in its own way, and there is no cookie and no session: `tote` signs the body, Mailgun a stamp
beside it; Postmark and SNS know no secret but a name and password in the address they were given (HTTP Basic). What SNS
brings bears its signature besides.
"""

import hmac
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Blueprint, jsonify, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from hq.config import MailHook
from hq.mail import sns
from hq.mail.hooked import UnreadableError, returned_by, subscription
from hq.mail.returns import decided
from hq.signed import is_signed
from hq.web.pages import hq
from hq.web.programs import Answer, refused

log = logging.getLogger(__name__)

blueprint = Blueprint("returns", __name__)
MOST_OCTETS = 1 << 20
"""Postmark sends the whole report along."""
SIGNATURE = "X-Tote-Signature"
_certificates = sns.Certificates()


@blueprint.post("/returns/<name>")
def returns(name: str) -> Answer:
    hook = next((one for one in hq().config.mailhook if one.name == name), None)
    if hook is None:
        return refused("There is no such webhook: declare it as [[mailhook]] in hq.toml.", 404)
    request.max_content_length = MOST_OCTETS
    body = request.get_data(cache=False)
    if hook.shape != "mailgun" and not PROOFS[hook.shape](hook, body, None):
        return refused(REFUSED[hook.shape], 401)
    try:
        told = json.loads(body)
        if hook.shape == "mailgun" and not _mailgun(hook, body, told):
            return refused(REFUSED[hook.shape], 401)
        if hook.shape == "ses":
            sns.verify(told, _certificates, now=hq().clock())
        return _taken(hook, told)
    except sns.NotSignedError as error:
        return refused(str(error), 401)
    except sns.NoCertificateError as error:
        log.warning("mailhook %s: %s", hook.name, error)
        return refused("SNS's certificate can't be had just now. Send it again in a minute.", 503)
    except UnreadableError as error:
        return refused(str(error), 422)
    except (ValueError, RecursionError) as error:
        return refused(f"The body is no JSON ({type(error).__name__}).", 400)


def _taken(hook: MailHook, told: object) -> Answer:
    """Also what is not understood is answered with 200: told again it would say no more."""
    if wanted := subscription(told):
        log.warning("mailhook %s: SNS asks whether we want its notices: open %s once", hook.name, wanted)
    try:
        return jsonify(taken=sum(decided(hq(), one) for one in returned_by(hook.shape, told))), 200
    except (OperationalError, PoolTimeoutError):
        return refused("HQ can't take it just now. Send it again in a minute.", 503)


def _signed(hook: MailHook, body: bytes, _told: object) -> bool:
    return is_signed(hook.secret_file, body, request.headers.get(SIGNATURE, ""), whose=f"mailhook {hook.name}")


def _basic(hook: MailHook, _body: bytes, _told: object) -> bool:
    given = request.authorization
    known = _secret(hook)
    told = f"{given.username}:{given.password}" if given and given.type == "basic" else ""
    return b":" in known and hmac.compare_digest(known, told.encode("utf-8", "replace"))


def _mailgun(hook: MailHook, _body: bytes, told: Any) -> bool:
    """What it signs is a time and a random token, in hex."""
    stamp = told.get("signature") if isinstance(told, dict) else None
    if not isinstance(stamp, dict) or not (secret := _secret(hook)):
        return False
    right = hmac.digest(secret, f"{stamp.get('timestamp')}{stamp.get('token')}".encode("utf-8", "replace"), "sha256")
    return hmac.compare_digest(right.hex().encode(), str(stamp.get("signature")).encode("utf-8", "replace"))


def _secret(hook: MailHook) -> bytes:
    try:
        return Path(hook.secret_file).read_bytes().strip()
    except OSError as error:
        log.error("mailhook %s: its secret_file can't be read: %s", hook.name, error)
        return b""


PROOFS: dict[str, Callable[[MailHook, bytes, Any], bool]] = {
    "tote": _signed,
    "postmark": _basic,
    "ses": _basic,
    "mailgun": _mailgun,
}
NAMED = "The name and password in the address that the service was given are not those of secret_file (name:password)."
REFUSED = {
    "tote": f"{SIGNATURE} is missing, or made with another secret.",
    "postmark": NAMED,
    "ses": NAMED,
    "mailgun": "The signature is missing, or made with another key than secret_file has.",
}
