"""What there is to do where an article is sold out here: in one sheet, each way with what it needs to be decided."""

from dataclasses import dataclass

from kiosk.pages.availability import Availability, Place


@dataclass(frozen=True, kw_only=True)
class Missing:
    """`nearest` is the nearest other store that has it, `web` the web shop where it has it; else None."""

    nearest: Place | None
    web: Place | None


def missing(available: Availability) -> Missing | None:
    """None where it is here, or where nobody counted: then nothing is known to be missing."""
    if not available.places or (available.here and available.here.quantity > 0):
        return None
    web = available.web if available.web and available.web.quantity > 0 else None
    return Missing(nearest=next((place for place in available.nearby if place.quantity > 0), None), web=web)
