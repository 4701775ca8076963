"""Everything that can be called: the views and the description are both made from this table."""

from dataclasses import dataclass
from typing import Literal

from edge.domain.basket import Basket
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

Method = Literal["get", "post", "put"]


@dataclass(frozen=True, kw_only=True)
class Query:
    """A parameter after the question mark; `of` is str or int."""

    name: str
    of: type
    says: str


@dataclass(frozen=True, kw_only=True)
class Call:
    """`name` is the operation's id and its view; `path` is written as Flask does."""

    name: str
    method: Method
    path: str
    says: str
    answer: type
    body: type | None = None
    query: tuple[Query, ...] = ()


STATION = "/api/stations/<station>"
PAGE_SIZE = 50
CALLS = (
    Call(name="stations", method="get", path="/api/stations", says="The stations of this box.", answer=StationsOut),
    Call(name="state", method="get", path=STATION, says="What a station shows.", answer=StateOut),
    Call(
        name="scan",
        method="post",
        path=f"{STATION}/scans",
        says="A code was read at this station: its screen shows what it means.",
        body=ScanIn,
        answer=ScannedOut,
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
    ),
    Call(
        name="product",
        method="get",
        path=f"{STATION}/products/<path:sku>",
        says="The product of an article: its variants, and where they are in stock.",
        answer=ProductOut,
    ),
    Call(
        name="basket",
        method="get",
        path=f"{STATION}/basket",
        says="The basket of the visit at a station; empty where nobody is.",
        answer=Basket,
    ),
    Call(
        name="add",
        method="post",
        path=f"{STATION}/basket/lines",
        says="Puts an article into the basket. A visit begins where there is none.",
        body=LineIn,
        answer=Basket,
    ),
    Call(
        name="change",
        method="put",
        path=f"{STATION}/basket/lines/<path:sku>",
        says="Another quantity, or another way to have it.",
        body=ChangeIn,
        answer=Basket,
    ),
    Call(
        name="done",
        method="post",
        path=f"{STATION}/done",
        says="The visit is over: the station forgets it.",
        answer=StateOut,
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
