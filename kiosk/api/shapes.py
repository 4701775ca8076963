"""What goes over the API, beside the domain's own values. The description is made from these very types."""

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from edge.domain.article import Product, Stock, Variant
from edge.domain.basket import Fulfilment
from kiosk.pages.card import Card

Sku = Annotated[str, Meta(min_length=1, max_length=200)]


@dataclass(frozen=True, kw_only=True)
class StationOut:
    id: str
    kind: Literal["wall", "tablet", "staff"]
    name: str


@dataclass(frozen=True, kw_only=True)
class StationsOut:
    stations: tuple[StationOut, ...]


@dataclass(frozen=True, kw_only=True)
class StateOut:
    """What a station shows. `sku` is that of the article shown, if one is; `visit` is null where nobody is; `basket`
    counts articles."""

    screen: str
    sku: str | None
    visit: str | None
    language: str
    basket: int


@dataclass(frozen=True, kw_only=True)
class FoundOut:
    """Best first. `nearest` is "" where the words were found, else the hits are near by "spelling" or just "liked"."""

    total: int
    nearest: str
    hits: tuple[Card, ...]


@dataclass(frozen=True, kw_only=True)
class ProductOut:
    """A product with its variants, and how many of each which store has, with the time of each count."""

    product: Product
    variants: tuple[Variant, ...]
    stock: tuple[Stock, ...]


class LineIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An article for the basket; without a `fulfilment` it is taken along where the store has it, else sent. `store` is
    where it is collected: without it at this one, or at the nearest that has it."""

    sku: Sku
    quantity: Annotated[int, Meta(ge=1, le=99)] = 1
    fulfilment: Fulfilment | None = None
    store: str | None = None


class ChangeIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A quantity of 0 removes the line."""

    quantity: Annotated[int, Meta(ge=0, le=99)]
    fulfilment: Fulfilment | None = None
    store: str | None = None


class ScanIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One reading: `data` in base64 or `text`, and not both. Posted again with the same `id` it counts once."""

    symbology: str = ""
    data: str | msgspec.UnsetType = msgspec.UNSET
    text: str | msgspec.UnsetType = msgspec.UNSET
    uid: str = ""
    reader: str = ""
    source: str = ""
    id: str = ""
    kind: Literal["scan"] = "scan"


@dataclass(frozen=True, kw_only=True)
class ScannedOut:
    """What the station shows now."""

    screen: str
    sku: str | None


class PairIn(msgspec.Struct, frozen=True, kw_only=True):
    station: str
    code: str


@dataclass(frozen=True, kw_only=True)
class PairedOut:
    """`token` is sent as `Authorization: Bearer` from now on; nobody can tell it again."""

    station: str
    token: str


@dataclass(frozen=True, kw_only=True)
class ProblemOut:
    """Why not, in English, with the fix."""

    error: str
