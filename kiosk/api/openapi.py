"""What the description of the box's API says beside its calls."""

from edge.openapi import Api
from kiosk.api.calls import CALLS
from kiosk.api.shapes import ProblemOut

API = Api(
    title="Tote box",
    description="What programs may ask of a box in the shop. With it an app of the retailer's is a station.",
    calls=CALLS,
    problem=ProblemOut,
    problems={
        "400": "What was sent can't be read.",
        "401": "Not paired, or not any more.",
        "403": "Refused: a code that counts no more, or a page of another site.",
        "404": "No such station or article.",
        "413": "Too long.",
        "415": "Not JSON.",
        "422": "The shop says no.",
        "429": "Too many a second: again after a second.",
    },
    schemes={"token": {"type": "http", "scheme": "bearer"}},
)
