"""How the box is, for systemd, probes and Prometheus: nothing of a shopper, nor of what is in the shop."""

from flask import Blueprint, Response, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST

from edge.figures_access import REFUSED, may_see
from edge.release import running
from kiosk.parts import kiosk

views = Blueprint("health", __name__)


@views.get("/health/live")
def live() -> Response:
    """200 as long as this process answers."""
    return jsonify(live=True)


@views.get("/health/ready")
def ready() -> Response:
    """200 where the store writes and the outbox moves, else 503 and what does not, by which release ("" out of no
    package). A line that is down is no reason: the shop goes on without it."""
    stuck = kiosk().watch.stuck()
    answer = jsonify(ready=not stuck, stuck=stuck, release=running())
    answer.status_code = 503 if stuck else 200
    return answer


@views.get("/metrics")
def metrics() -> Response:
    """Figures in Prometheus's text format (docs/operate.md)."""
    watch = kiosk().watch
    if not may_see(request, watch.token_file):
        return Response(REFUSED, status=403, mimetype="text/plain")
    return Response(watch.figures(), content_type=CONTENT_TYPE_LATEST)
