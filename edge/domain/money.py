"""Amounts of money: integer minor units with their ISO 4217 currency."""

import re
from dataclasses import dataclass

LETTER_BY_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)")


@dataclass(frozen=True, kw_only=True, order=True)
class Money:
    """`amount` counts the currency's minor units (12995 EUR is 129.95 euro)."""

    amount: int
    currency: str

    def times(self, quantity: int) -> "Money":
        return Money(amount=self.amount * quantity, currency=self.currency)


def totals(amounts: list[Money]) -> tuple[Money, ...]:
    """Sums per currency, in the order the currencies first appear: amounts of two currencies are never added."""
    sums: dict[str, int] = {}
    for money in amounts:
        sums[money.currency] = sums.get(money.currency, 0) + money.amount
    return tuple(Money(amount=amount, currency=currency) for currency, amount in sums.items())


def apart(written: str) -> str:
    """A written amount with a no-break space where a currency of letters meets its figure: "PLN40.00" is "PLN 40.00",
    as CLDR's `currencySpacing` has it, which Babel does not know."""
    return LETTER_BY_DIGIT.sub("\N{NO-BREAK SPACE}", written)
