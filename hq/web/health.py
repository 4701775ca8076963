"""How HQ is, for systemd, probes and Prometheus: nothing of people. A proxy does not pass these on."""

from flask import Blueprint, Response, current_app, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import literal, select
from sqlalchemy.exc import SQLAlchemyError

from edge.figures_access import REFUSED, may_see
from hq.web.pages import hq

blueprint = Blueprint("health", __name__)


@blueprint.get("/health/live")
def live() -> Response:
    """200 as long as this process answers."""
    return jsonify(live=True)


@blueprint.get("/health/ready")
def ready() -> Response:
    """200 where the database answers, else 503."""
    stuck = [] if _database_answers() else ["database"]
    answer = jsonify(ready=not stuck, stuck=stuck)
    answer.status_code = 503 if stuck else 200
    return answer


@blueprint.get("/metrics")
def metrics() -> Response:
    """Figures in Prometheus's text format (docs/operate.md)."""
    if not may_see(request, hq().config.metrics.token_file):
        return Response(REFUSED, status=403, mimetype="text/plain")
    return Response(current_app.extensions["figures"].text(), content_type=CONTENT_TYPE_LATEST)


def _database_answers() -> bool:
    try:
        with hq().reading() as connection:
            return connection.scalar(select(literal(1))) == 1
    except SQLAlchemyError:
        return False
