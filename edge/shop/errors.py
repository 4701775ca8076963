"""Why the shop says no. `key` names the words a screen shows; `str()` is for logs and programs.

ShopError
├── UnknownArticleError   no article of this sku in the catalogue
├── NoSuchLineError       the basket has no line of this sku
├── EmptyBasketError      there is nothing to send
├── BadQuantityError      less than one of an article
├── BasketFullError       no room for another line
├── BoxFullError          the disk is full: nothing of this was kept, looking around goes on
├── BadAddressError       a mail address or phone number that can't be one (`key` is bad-address-…)
├── NotSignedInError      only staff may do this: badge and PIN first
├── NoBadgeError          a PIN without a badge before it, or too long after it
├── WrongPinError         `number` more tries before it is locked
├── LockedError           too many wrong PINs: nothing is tried for `number` minutes
├── NoSuchBasketError     no basket of this code or id, or not any more
├── NothingGatheredError  there is nothing to pay for yet
├── NotNowError           it does not go with how the basket is
├── NoSuchStoreError      nothing can be put aside there: it is no other store
├── NoSuchReservationError  nothing is put aside under this id, or not any more
├── NoSuchCallError       nobody waits for help (any more)
├── ListFullError         no room for another article in a list of the staff's
├── NothingListedError    the list is empty
├── NothingToHandOverError  nobody is at this station, or they went on elsewhere already
├── NoPlaceError          somebody is at the station that a visit should go to
├── CouponRefusedError    a code that is not good here: `key` says why
├── PairingRefusedError   a code that pairs nothing (any more)
└── StaffListError        the box's list of staff can't be read
"""


class ShopError(Exception):
    key = "error"
    number = 0
    """What the words for it count, where they count something."""


class UnknownArticleError(ShopError):
    key = "unknown-article"


class NoSuchLineError(ShopError):
    key = "no-such-line"


class EmptyBasketError(ShopError):
    key = "empty-basket"


class BadQuantityError(ShopError):
    key = "bad-quantity"


class BasketFullError(ShopError):
    key = "basket-full"


class BoxFullError(ShopError):
    key = "storage-full"


class BadAddressError(ShopError):
    def __init__(self, key: str, reason: str) -> None:
        """`key` is one of bad-address-empty, -no-at, -no-domain, -malformed, -no-phone, -phone, -country."""
        super().__init__(reason)
        self.key = key


class NotSignedInError(ShopError):
    key = "not-signed-in"


class NoBadgeError(ShopError):
    key = "no-badge"


class WrongPinError(ShopError):
    key = "wrong-pin"

    def __init__(self, left: int) -> None:
        super().__init__(f"wrong PIN, {left} more tries")
        self.number = left


class LockedError(ShopError):
    key = "pin-locked"

    def __init__(self, minutes: int) -> None:
        super().__init__(f"locked for {minutes} minutes")
        self.number = minutes


class NoSuchBasketError(ShopError):
    key = "no-such-basket"


class NothingGatheredError(ShopError):
    key = "nothing-gathered"


class NotNowError(ShopError):
    key = "not-now"


class NoSuchStoreError(ShopError):
    key = "no-such-store"


class NoSuchReservationError(ShopError):
    key = "no-such-reservation"


class NoSuchCallError(ShopError):
    key = "no-such-call"


class ListFullError(ShopError):
    key = "list-full"


class NothingListedError(ShopError):
    key = "nothing-listed"


class NothingToHandOverError(ShopError):
    key = "hand-over-done"


class NoPlaceError(ShopError):
    key = "no-place"


class CouponRefusedError(ShopError):
    def __init__(self, key: str) -> None:
        """`key` is coupon-mistyped or a `Refusal` of edge.domain.coupon."""
        super().__init__(f"the code is refused: {key}")
        self.key = key


class PairingRefusedError(ShopError):
    key = "pairing-refused"


class StaffListError(ShopError):
    key = "staff-list"
