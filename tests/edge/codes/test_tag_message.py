"""What is written on an article's tag means the article when it is read."""

import pytest

from edge.codes import resolve
from edge.codes.tag import tag_message, tag_text
from hardware.tags import ndef_message
from tests.edge.codes.sun_tag import SunTag

BASE = "https://id.example.com"


@pytest.mark.parametrize("code", ["9506000134352", "09506000134352", "950-6000134352 "])
def test_a_gtin_becomes_a_link_that_means_it(code: str) -> None:
    message = ndef_message.check(tag_message(code, BASE + "/"))
    assert tag_text(message) == "https://id.example.com/01/09506000134352"
    assert resolve(message, "ndef").gtin == "09506000134352"
    assert len(message) == 37


@pytest.mark.parametrize("code", ["https://shop.example/p/BOOT-42?a=1&b=2", SunTag().link(3), "BOOT-42", "Nuß/7"])
def test_an_address_and_the_retailers_own_number_stay_as_they_are(code: str) -> None:
    assert tag_text(ndef_message.check(tag_message(code, BASE))) == code


@pytest.mark.parametrize("code", ["", "  ", "BOOT\n42"])
def test_what_is_no_code_is_not_written(code: str) -> None:
    with pytest.raises(ValueError, match="no code for a tag"):
        tag_message(code, BASE)
