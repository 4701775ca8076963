from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.domain.money import Money
from hq.importers.cells import BadCell, moment, money
from hq.importers.text import plain


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("129.95", 12995, "EUR"),
        ("129,95", 12995, "EUR"),
        ("1,299.95", 129995, "EUR"),
        ("1.299,95 €", 129995, "EUR"),
        ("1 299,95", 129995, "EUR"),
        ("1'299.95 CHF", 129995, "CHF"),
        ("12.345.678,9", 1234567890, "EUR"),
        ("1,234,567", 123456700, "EUR"),
        ("265,0", 26500, "EUR"),
        ("SAR 2,375", 237500, "SAR"),
        ("105.29 USD", 10529, "USD"),
        ("$5", 500, "USD"),
        ("1299", 129900, "EUR"),
        ("1500 JPY", 1500, "JPY"),
        ("1.250 KWD", 1250, "KWD"),
        ("0.990", None, ""),
        ("1.299", None, ""),
        ("12,34,56", None, ""),
        ("1.2.3,4.5", None, ""),
        ("129.955", None, ""),
        ("129.9550", None, ""),
        ("-5", None, ""),
        ("5 XYZ", None, ""),
        ("free", None, ""),
        ("+5", 500, "EUR"),
        ("€ -5", None, ""),
        ("\u22125.00", None, ""),
        ("5.00-", None, ""),
        ("(5.00)", None, ""),
        ("1e5", None, ""),
        ("10-20", None, ""),
        ("1/2", None, ""),
        ("12%", None, ""),
        (".50", None, ""),
        ("5 € $", None, ""),
        ("12.95 per 2", None, ""),
        ("10000000000.00", 10**12, "EUR"),
        ("10000000000.01", None, ""),
        ("99999999999999999", None, ""),
        ("1E+2000000", None, ""),
        ("0" * 21, None, ""),
        ("", None, ""),
    ],
)
def test_amounts_are_read_or_refused_but_never_guessed(text: str, amount: int | None, currency: str) -> None:
    if amount is not None:
        assert money(text, "EUR") == Money(amount=amount, currency=currency)
        return
    with pytest.raises(BadCell) as bad:
        money(text, "EUR")
    assert bad.value.hint


@pytest.mark.parametrize("text", ["-5", "\u22125.00", "5.00-", "(5.00)", "EUR -5.00", "5,00- €"])
def test_a_negative_amount_is_called_negative_however_it_is_written(text: str) -> None:
    with pytest.raises(BadCell, match="negative"):
        money(text, "EUR")


@given(amount=st.integers(min_value=0, max_value=10**9))
def test_every_amount_round_trips_in_each_spelling(amount: int) -> None:
    whole, cents = f"{amount // 100:,}", f"{amount % 100:02}"
    for text in (f"{Decimal(amount) / 100:.2f}", f"{whole}.{cents}", f"{whole.replace(',', '.')},{cents}"):
        assert money(text, "EUR").amount == amount


@given(text=st.text())
def test_no_text_makes_an_amount_raise_anything_else(text: str) -> None:
    try:
        assert money(text, "EUR").amount >= 0
    except BadCell as bad:
        assert bad.reason


def test_marked_up_text_becomes_plain_with_its_paragraphs_and_lists() -> None:
    html = "<p>One &amp; two.</p><p>Three<br>four</p><ul><li>five</li><li>six</li></ul><style>p{}</style><b onclick=x>!"
    assert plain(html) == "One & two.\n\nThree\nfour\n\n- five\n- six\n\n!"
    assert plain("5 < 6 and 7 > 3") == "5 < 6 and 7 > 3"


@given(text=st.text())
def test_plain_text_holds_no_tag_and_never_raises(text: str) -> None:
    assert "<script" not in plain(f"<script>{text}</script>").lower() or "script" in text.lower()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1.12.2026 14:30", "2026-12-01T14:30:00+00:00"),
        ("01.12.2026", "2026-12-01T00:00:00+00:00"),
        ("31.01.2026 23:59:59+02:00", "2026-01-31T21:59:59+00:00"),
    ],
)
def test_a_day_may_stand_before_its_month_where_dots_say_so(text: str, meant: str) -> None:
    assert moment(text, "at", 0) == datetime.fromisoformat(meant).timestamp() * 1000


@pytest.mark.parametrize("text", ["12/01/2026", "31.02.2026", "1.12.26", "1.12.2026 2pm", "2026.12.01"])
def test_a_day_that_may_be_another_is_none(text: str) -> None:
    with pytest.raises(BadCell, match="is no time"):
        moment(text, "at", 0)
