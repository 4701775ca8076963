"""Where a box brings what somebody at HQ asked of it. The certificate that it shows is all that counts: no cookie."""

import re

from flask import Blueprint, Response, jsonify, request

from hq.fleet import bundles
from hq.web.pages import hq
from sync.topics import valid_store

blueprint = Blueprint("boxes", __name__)
ACTION = re.compile(r"[0-9a-f]{32}")


@blueprint.post("/boxes/<store>/bundles/<action>")
def bundle(store: str, action: str) -> tuple[Response, int]:
    """A bundle for support, at most `bundles.MOST` octets."""
    if not (valid_store(store) and ACTION.fullmatch(action)):
        return jsonify(error="no such store or action"), 404
    request.max_content_length = bundles.MOST
    octets = request.get_data(cache=False)
    shown, proof = request.headers.get("X-Tote-Certificate", ""), request.headers.get("X-Tote-Proof", "")
    try:
        bundles.take_in(hq(), store, action, octets, shown=shown, proof=proof)
    except bundles.RefusedError as error:
        return jsonify(error=str(error)), 403
    return jsonify(kept=True), 200
