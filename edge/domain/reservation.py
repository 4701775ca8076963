"""An article that one store asks another to put aside for a shopper, who comes with the pick-up code of its id."""

from dataclasses import dataclass
from typing import Literal

from edge.domain.article import Item

State = Literal["sending", "passed", "waiting", "aside", "gone", "collected", "put-back", "lapsed", "refused"]
"""sending: HQ has not heard of it; passed: HQ has, the other store not; waiting: it stands in their queue; aside: it
lies ready; gone: they don't find it; collected: it was handed over; put-back: nobody wants it any more; lapsed: its
time was over; refused: their box can't do such a thing."""
Answer = Literal["waiting", "aside", "gone", "collected", "put-back", "lapsed"]
"""What the other store says."""
OPEN: frozenset[State] = frozenset({"sending", "passed", "waiting", "aside"})
"""As long as it counts as taken."""


@dataclass(frozen=True, kw_only=True)
class Reservation:
    """As the store knows it that asked. `store` is where it is put aside; `made` and `until` in ms since 1970."""

    id: str
    store: str
    item: Item
    quantity: int
    made: int
    until: int
    state: State = "sending"

    def stands(self, now: int) -> State:
        """Its time may be over before anybody says so."""
        return "lapsed" if self.state in OPEN and now >= self.until else self.state
