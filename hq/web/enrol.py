"""Where a box that was given a code asks for its certificate (`tote enrol`)."""

import logging

from flask import Blueprint, Response, jsonify, request
from sqlalchemy.exc import OperationalError

from hq.authority import enrolment
from hq.errors import HqError
from hq.web.pages import hq
from sync.enrolling import MOST

log = logging.getLogger(__name__)

blueprint = Blueprint("enrol", __name__)


@blueprint.post("/enrol")
def enrol() -> Response | tuple[Response, int]:
    """No cookie and no session is looked at, so no foreign page can use a browser's: the code is all that counts."""
    payload = request.stream.read(MOST + 1)
    if len(payload) > MOST:
        return jsonify(error="The request is too long."), 413
    try:
        return Response(enrolment.answer(hq(), payload), mimetype="application/json")
    except enrolment.RefusedError as error:
        return jsonify(error=str(error)), 403
    except (HqError, OperationalError):
        log.exception("a box could not be enrolled")
        return jsonify(error="HQ can't enrol a box just now: its log says why. Try again; the code stays good."), 503
