"""The use cases of the box: what screens, readers and staff may ask for. One call, one transaction, one answer."""

from edge.shop.errors import (
    BadAddressError,
    BadQuantityError,
    BasketFullError,
    BoxFullError,
    EmptyBasketError,
    LockedError,
    NoBadgeError,
    NoSuchBasketError,
    NoSuchCallError,
    NoSuchLineError,
    NotSignedInError,
    ShopError,
    UnknownArticleError,
    WrongPinError,
)
from edge.shop.screens import (
    Article,
    Attract,
    BasketScreen,
    Browse,
    CatalogueChanged,
    Gather,
    Queue,
    Screen,
    Send,
    Sent,
    Unknown,
    Welcome,
)
from edge.shop.shop import Shop
from edge.shop.staffing import Session
from edge.shop.stations import Outside, Station
from edge.shop.status import Status
from edge.shop.visits import Visit

__all__ = [
    "Article",
    "Attract",
    "BadAddressError",
    "BadQuantityError",
    "BasketFullError",
    "BasketScreen",
    "BoxFullError",
    "Browse",
    "CatalogueChanged",
    "EmptyBasketError",
    "Gather",
    "LockedError",
    "NoBadgeError",
    "NoSuchBasketError",
    "NoSuchCallError",
    "NoSuchLineError",
    "NotSignedInError",
    "Outside",
    "Queue",
    "Screen",
    "Send",
    "Sent",
    "Session",
    "Shop",
    "ShopError",
    "Station",
    "Status",
    "Unknown",
    "UnknownArticleError",
    "Visit",
    "Welcome",
    "WrongPinError",
]
