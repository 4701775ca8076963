"""Why the shop says no. `key` names the words a screen shows; `str()` is for logs and programs.

ShopError
├── UnknownArticleError   no article of this sku in the catalogue
├── NoSuchLineError       the basket has no line of this sku
├── EmptyBasketError      there is nothing to send
├── BadQuantityError      less than one of an article
├── BasketFullError       no room for another line
├── BoxFullError          the disk is full: nothing of this was kept, looking around goes on
└── BadAddressError       a mail address that can't be one (`key` is bad-address-…)
"""


class ShopError(Exception):
    key = "error"


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
        """`key` is one of bad-address-empty, -no-at, -no-domain, -malformed."""
        super().__init__(reason)
        self.key = key
