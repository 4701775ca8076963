"""What an ATR says; the examples are of Ludovic Rousseau's list of ATRs."""

import pytest

from hardware.pcsc.card import kind_of
from hardware.pcsc.tag import ApplicationsTag, PagesTag


@pytest.mark.parametrize(
    ("atr", "kind"),
    [
        pytest.param("3B8F8001804F0CA0000003060300030000000068", PagesTag, id="MIFARE Ultralight, NTAG"),
        pytest.param("3B8F8001804F0CA00000030603003A0000000051", PagesTag, id="MIFARE Ultralight C"),
        pytest.param("3B8F8001804F0CA0000003060300000000000000", PagesTag, id="a tag without a name"),
        pytest.param("3B8F8001804F0CA000000306030001000000006A", None, id="MIFARE Classic 1K"),
        pytest.param("3B8F8001804F0CA0000003060300020000000069", None, id="MIFARE Classic 4K"),
        pytest.param("3B8F8001804F0CA00000030603FF0800000000", None, id="a Classic by its SEL_RES"),
        pytest.param("3B8F8001804F0CA00000030611003B0000000042", None, id="FeliCa"),
        pytest.param("3B8F8001804F0CA0000003060B00140000000077", None, id="ICODE, ISO 15693"),
        pytest.param("3B8180018080", ApplicationsTag, id="DESFire, NTAG 424"),
        pytest.param("", ApplicationsTag, id="none"),
        pytest.param("3B8F8001804F0CA000000306", None, id="cut off"),
    ],
)
def test_the_kind_of_a_tag_is_told_by_its_atr(atr: str, kind: type | None) -> None:
    assert kind_of(bytes.fromhex(atr)) is kind
