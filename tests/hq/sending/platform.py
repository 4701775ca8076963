"""A platform on this machine that keeps the rules of the real ones, and can be told to misbehave."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.serving import make_server

from tests.ports import free_port

TOKEN = "s3cret-token"
HEX = re.compile(r"[0-9a-f]{64}")
NOW_SECONDS = 10**10


@dataclass
class Platform:
    url: str
    people: set[str] = field(default_factory=set)
    """The hashes of the list."""
    sales: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By the id that the platform counts by."""
    requests: list[str] = field(default_factory=list)
    """Method and path of each that kept the rules."""
    wrong: list[str] = field(default_factory=list)
    """Rules that a request broke."""
    misbehave: list[tuple[int, dict[str, str]] | float] = field(default_factory=list)
    """What the next requests are answered: status and headers, or seconds of silence; before it takes any."""
    meanwhile: Callable[[], object] | None = None
    """What happens at HQ while the next request is refused."""
    broken_after: int = 1_000
    """Requests after which it answers 500 for good."""
    now: int = 0
    """Seconds since 1970, for how old an event is."""

    def answer(self, rule: "Any") -> Response:
        if self.misbehave:
            how = self.misbehave.pop(0)
            if self.meanwhile:
                self.meanwhile()
                self.meanwhile = None
            if isinstance(how, float):
                time.sleep(how)
                return Response(status=500)
            return Response(status=how[0], headers=how[1])
        if len(self.requests) >= self.broken_after:
            return Response(status=500)
        try:
            rule(request.get_json())
        except (AssertionError, KeyError, TypeError) as error:
            self.wrong.append(repr(error))
            return Response(status=400)
        self.requests.append(f"{request.method} {request.path}")
        return jsonify({"num_received": 1, "num_invalid_entries": 0})


@contextmanager
def platform() -> Iterator[Platform]:
    port, app = free_port(), Flask("platform")
    it = Platform(f"http://127.0.0.1:{port}")
    _routes(app, it)
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield it
    server.shutdown()
    thread.join()


def _routes(app: Flask, it: Platform) -> None:
    app.add_url_rule("/4711/users", "meta", lambda: it.answer(lambda body: meta(it, body)), methods=["POST", "DELETE"])
    app.add_url_rule("/4711/events", "capi", lambda: it.answer(lambda body: conversions(it, body)), methods=["POST"])
    for what in ("ingest", "remove"):
        app.add_url_rule(
            f"/audienceMembers:{what}",
            what,
            lambda w=what: it.answer(lambda body: google(it, w, body)),
            methods=["POST"],
        )
    app.add_url_rule("/mp/collect", "ga4", lambda: it.answer(lambda body: ga4(it, body)), methods=["POST"])
    app.add_url_rule("/batch", "segment", lambda: it.answer(lambda body: segment(it, body)), methods=["POST"])


def _bearer() -> None:
    assert request.headers["Authorization"] == f"Bearer {TOKEN}", "token"


def meta(it: Platform, body: Any) -> None:
    _bearer()
    session, payload = body["session"], body["payload"]
    assert 0 <= session["session_id"] < 1 << 63 and session["batch_seq"] >= 1
    assert isinstance(session["last_batch_flag"], bool)
    assert set(payload["schema"]) <= {"EMAIL", "PHONE", "EXTERN_ID"}
    assert 1 <= len(payload["data"]) <= 10_000, "batch size"
    for row in payload["data"]:
        assert len(row) == len(payload["schema"])
        assert any(row) and all(not one or HEX.fullmatch(one) for one in row), "hash"
    _change(it, request.method == "POST", (one for row in payload["data"] for one in row if one))


def google(it: Platform, what: str, body: Any) -> None:
    _bearer()
    (destination,) = body["destinations"]
    assert destination["operatingAccount"] == {"accountType": "GOOGLE_ADS", "accountId": "123"}
    assert destination["productDestinationId"] == "4711"
    assert body["encoding"] == "HEX" and 1 <= len(body["audienceMembers"]) <= 10_000
    if what == "ingest":
        assert body["consent"] == {"adUserData": "CONSENT_GRANTED", "adPersonalization": "CONSENT_GRANTED"}
        assert body["termsOfService"]["customerMatchTermsOfServiceStatus"] == "ACCEPTED"
    found = []
    for member in body["audienceMembers"]:
        for one in member["userData"]["userIdentifiers"]:
            ((name, value),) = one.items()
            assert name in ("emailAddress", "phoneNumber") and HEX.fullmatch(value)
            found.append(value)
    _change(it, what == "ingest", found)


def _change(it: Platform, add: bool, values: Any) -> None:
    (it.people.update if add else it.people.difference_update)(values)


def conversions(it: Platform, body: Any) -> None:
    _bearer()
    assert 1 <= len(body["data"]) <= 1_000
    for event in body["data"]:
        web = event["action_source"] == "website"
        assert web or event["action_source"] == "physical_store"
        assert it.now - event["event_time"] <= (7 if web else 62) * 86_400, "too old: the whole request is refused"
        assert isinstance(event["event_time"], int) and event["event_id"]
        if web:
            assert event["event_source_url"].startswith("https://") and event["user_data"]["client_user_agent"]
        for name in ("em", "ph"):
            assert all(HEX.fullmatch(one) for one in event["user_data"].get(name, []))
        custom = event["custom_data"]
        assert re.fullmatch(r"[A-Z]{3}", custom["currency"]) and custom["value"] > 0 and custom["order_id"]
        assert all(one["id"] and one["quantity"] > 0 for one in custom["contents"])
        it.sales[event["event_id"]] = event


def ga4(it: Platform, body: Any) -> None:
    assert request.args["measurement_id"] == "G-4711" and request.args["api_secret"] == TOKEN
    assert re.fullmatch(r"\d+\.\d+", body["client_id"])
    assert len(body["events"]) <= 25
    assert it.now - body["timestamp_micros"] / 1e6 <= 72 * 3_600, "too old"
    (event,) = body["events"]
    params = event["params"]
    assert event["name"] == "purchase" and params["currency"] and params["value"] > 0
    assert all(one["item_id"] and one["item_name"] for one in params["items"])
    it.sales[params["transaction_id"]] = event


def segment(it: Platform, body: Any) -> None:
    assert request.authorization and (request.authorization.username, request.authorization.password) == (TOKEN, "")
    assert len(request.get_data()) <= 500_000 and 1 <= len(body["batch"]) <= 2_500
    for event in body["batch"]:
        assert event["type"] == "track" and event["event"] == "Order Completed"
        assert event["userId"] and event["messageId"] and event["timestamp"].endswith("Z")
        assert event["properties"]["order_id"] and event["properties"]["products"]
        it.sales[event["messageId"]] = event
