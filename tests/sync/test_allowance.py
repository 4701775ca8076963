"""How many a second may come."""

from sync.allowance import Allowance


def test_an_allowance_is_a_burst_and_then_a_rate() -> None:
    at = 0.0
    allowance = Allowance(rate=20, burst=40, now=lambda: at)
    assert sum(allowance.take() for _ in range(100)) == 40
    at = 1.0
    assert sum(allowance.take() for _ in range(100)) == 20
    at = 100.0
    assert sum(allowance.take() for _ in range(100)) == 40
