"""How a shopper wants their screen: for this visit only. It stands on the visit's row and goes with it."""

from typing import Literal

import msgspec

Text = Literal["normal", "large", "largest"]
LONGER = 4
"""How many times the usual time a visit lasts without a touch, where somebody needs more of it."""


class Comfort(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`low`: everything to touch stands within reach of somebody who sits. `patient`: time-outs are `LONGER`."""

    text: Text = "normal"
    contrast: bool = False
    still: bool = False
    low: bool = False
    patient: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """What differs from the usual, as the style sheet calls it."""
        chosen = [name for name in ("contrast", "still", "low", "patient") if getattr(self, name)]
        return (*([self.text] if self.text != "normal" else []), *chosen)

    def idle_ms(self, usual: int) -> int:
        return usual * LONGER if self.patient else usual


USUAL = Comfort()


def encode_comfort(comfort: Comfort) -> str:
    return msgspec.json.encode(comfort).decode()


def decode_comfort(doc: str) -> Comfort:
    return msgspec.json.decode(doc, type=Comfort)
