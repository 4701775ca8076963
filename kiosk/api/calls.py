"""Everything that can be called: the views and the description are both made from this table."""

from collections.abc import Mapping, Sequence

from edge.domain.basket import Basket
from edge.openapi import Call, Query
from kiosk.api.shapes import (
    ChangeIn,
    FoundOut,
    LineIn,
    PairedOut,
    PairIn,
    ProductOut,
    ScanIn,
    ScannedOut,
    StateOut,
    StationsOut,
)

STATION = "/api/stations/<station>"
PAGE_SIZE = 50
PAIRED: tuple[Mapping[str, Sequence[str]], ...] = ({"token": []}, {})
"""A token, or none where no pairing is asked for."""
CALLS = (
    Call(name="stations", method="get", path="/api/stations", says="The stations of this box.", answer=StationsOut),
    Call(name="state", method="get", path=STATION, says="What a station shows.", answer=StateOut, security=PAIRED),
    Call(
        name="scan",
        method="post",
        path=f"{STATION}/scans",
        says="A code was read at this station: its screen shows what it means.",
        body=ScanIn,
        answer=ScannedOut,
        security=PAIRED,
    ),
    Call(
        name="search",
        method="get",
        path=f"{STATION}/search",
        says="Articles that words find, in the station's language; without words the best known.",
        answer=FoundOut,
        query=(
            Query(name="q", of=str, says="What is looked for."),
            Query(name="limit", of=int, says=f"Hits at most, 1 to {PAGE_SIZE}."),
            Query(name="offset", of=int, says="Hits left out at the beginning."),
        ),
        security=PAIRED,
    ),
    Call(
        name="product",
        method="get",
        path=f"{STATION}/products/<path:sku>",
        says="The product of an article: its variants, and where they are in stock.",
        answer=ProductOut,
        security=PAIRED,
    ),
    Call(
        name="basket",
        method="get",
        path=f"{STATION}/basket",
        says="The basket of the visit at a station; empty where nobody is.",
        answer=Basket,
        security=PAIRED,
    ),
    Call(
        name="add",
        method="post",
        path=f"{STATION}/basket/lines",
        says="Puts an article into the basket. A visit begins where there is none.",
        body=LineIn,
        answer=Basket,
        security=PAIRED,
    ),
    Call(
        name="change",
        method="put",
        path=f"{STATION}/basket/lines/<path:sku>",
        says="Another quantity, or another way to have it.",
        body=ChangeIn,
        answer=Basket,
        security=PAIRED,
    ),
    Call(
        name="done",
        method="post",
        path=f"{STATION}/done",
        says="The visit is over: the station forgets it.",
        answer=StateOut,
        security=PAIRED,
    ),
    Call(
        name="pair",
        method="post",
        path="/api/pair",
        says="A code, good once, is exchanged for a token.",
        body=PairIn,
        answer=PairedOut,
    ),
)
