"""POST /orders/NAME: an order as a shop's signed webhook tells it. What is answered with 200 is journalled.

The signature is the base64 of HMAC-SHA256 over the body, as Shopify and WooCommerce send it; it is all that counts, so
there is no cookie and no session. The same order told again changes nothing.
"""

import json
import logging

from flask import Blueprint, jsonify, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from hq.config import Webhook
from hq.importers.cells import BadCell
from hq.orders.importing import take_in
from hq.orders.shapes import rows
from hq.report import Report
from hq.signed import is_signed
from hq.web.pages import hq
from hq.web.programs import Answer, refused

log = logging.getLogger(__name__)

blueprint = Blueprint("orders", __name__)
MOST_OCTETS = 1 << 20
HEADERS = {
    "tote": "X-Tote-Signature",
    "shopify": "X-Shopify-Hmac-Sha256",
    "woocommerce": "X-WC-Webhook-Signature",
}


@blueprint.post("/orders/<name>")
def order(name: str) -> Answer:
    webhook = next((one for one in hq().config.webhook if one.name == name), None)
    if webhook is None:
        return refused("There is no webhook of this name: declare it as [[webhook]] in hq.toml.", 404)
    request.max_content_length = MOST_OCTETS
    body = request.get_data(cache=False)
    if webhook.shape == "woocommerce" and body.startswith(b"webhook_id="):
        return jsonify(accepted=0), 200  # what WooCommerce sends, unsigned, when somebody saves the webhook
    signature = request.headers.get(HEADERS[webhook.shape], "")
    if not is_signed(webhook.secret_file, body, signature, whose=f"webhook {webhook.name}"):
        return refused(f"{HEADERS[webhook.shape]} is missing, or made with another secret.", 401)
    return _taken(webhook, body)


def _taken(webhook: Webhook, body: bytes) -> Answer:
    try:
        report = take_in(hq(), rows(webhook.shape, json.loads(body), webhook.store, webhook.prefix))
    except (ValueError, RecursionError) as error:
        return refused(f"The body is no JSON ({type(error).__name__}).", 400)
    except BadCell as bad:
        return refused(f"{bad.field}: {bad.reason}; {bad.hint}", 422)
    except (OperationalError, PoolTimeoutError):
        return refused("HQ can't take it just now. Send it again in a minute.", 503)
    _log(webhook, report)
    return jsonify(report.as_json()), 422 if report.rejected else 200


def _log(webhook: Webhook, report: Report) -> None:
    for problem in report.problems:
        log.warning("webhook %s: row %s, %s %s", webhook.name, problem.row, problem.field, problem.reason)
