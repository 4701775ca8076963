"""What may begin a journey, by its name in the settings."""

from collections.abc import Mapping

from hq.journeys.triggers.basket_left import BasketLeft
from hq.journeys.triggers.friend_bought import FriendBought
from hq.journeys.triggers.purchased import Purchased
from hq.journeys.triggers.size_missed import SizeMissed
from hq.journeys.triggers.store_event import StoreEventNear
from hq.journeys.triggers.trigger import Occasion, State, Trigger

TRIGGERS: Mapping[str, Trigger] = {
    "basket-left": BasketLeft(),
    "size-missed": SizeMissed(),
    "purchased": Purchased(),
    "store-event": StoreEventNear(),
    "friend-bought": FriendBought(),
}

__all__ = ["TRIGGERS", "Occasion", "State", "Trigger"]
