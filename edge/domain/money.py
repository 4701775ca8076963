"""Amounts of money: integer minor units with their ISO 4217 currency."""

from dataclasses import dataclass


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
