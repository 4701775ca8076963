"""Everything that can be called: the views and the description are both made from this table."""

from collections.abc import Mapping, Sequence

from edge.openapi import Api, Call, Query
from hq.webapi.shapes import BasketOut, EventsIn, EventsOut, ProblemOut, RetargetOut, VisitorIn, VisitorOut

EITHER: tuple[Mapping[str, Sequence[str]], ...] = ({"signature": []}, {})
"""The shop's server signs; a browser is let in by its origin."""
WHO = (
    Query(name="key", of=str, says="The shop's write key."),
    Query(name="visitor", of=str, says="Of this browser, as POST /web/visitor told it."),
    Query(name="customer", of=str, says="Instead of it, signed: the shop's id of the person, such as shopify:7071."),
    Query(name="language", of=str, says="Of names: en, de, es or et. Without it the person's own."),
)
MOST_SHOWN = 20
CALLS = (
    Call(
        name="events",
        method="post",
        path="/web/events",
        says="Views, carts and purchases. A purchase is a report; signed by the shop's server it is an order.",
        body=EventsIn,
        answer=EventsOut,
        security=EITHER,
    ),
    Call(
        name="visitor",
        method="post",
        path="/web/visitor",
        says="The browser becomes known, if the person allows it.",
        body=VisitorIn,
        answer=VisitorOut,
        security=EITHER,
    ),
    Call(
        name="basket",
        method="get",
        path="/web/basket",
        says="What lies in the person's open baskets, of every store and the web.",
        answer=BasketOut,
        query=WHO,
        security=EITHER,
    ),
    Call(
        name="retarget",
        method="get",
        path="/retarget",
        says="What may be shown to this person today: not bought, to be had in that size, and allowed.",
        answer=RetargetOut,
        query=(*WHO, Query(name="limit", of=int, says=f"Articles at most, 1 to {MOST_SHOWN}.")),
        security=EITHER,
    ),
)
API = Api(
    title="Tote HQ, for web shops",
    description="By it the retailer's own web shop and its stores share one basket. docs/webapi.md tells how.",
    calls=CALLS,
    problem=ProblemOut,
    problems={
        "400": "What was sent can't be read.",
        "401": "The key is no shop's, or the signature is not right.",
        "403": "A page of another origin than the shop's.",
        "413": "Too long.",
        "422": "An order that makes no sense.",
        "429": "Too many a second: again after a second.",
        "503": "HQ can't take it just now: again in a minute.",
    },
    schemes={
        "signature": {
            "type": "apiKey",
            "in": "header",
            "name": "X-Tote-Signature",
            "description": "Base64 of HMAC-SHA256 with the shop's secret: of the body, or of a GET's path and query.",
        }
    },
)
