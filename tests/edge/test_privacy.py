"""What is recorded of people's own text: never where they can be reached."""

import pytest

from edge.domain.privacy import without_people


@pytest.mark.parametrize("number", ["+37255512345", "+372 5551 2345", "+49 (30) 123-456", "%2B37255512345"])
def test_a_number_typed_into_a_search_field_is_not_recorded(number: str) -> None:
    assert without_people(f"boots {number} red") == "boots (number) red"


@pytest.mark.parametrize("code", ["4006381333931", "+A123BJC5D6E71G", "12+34567890", "+0123456789", "+1234567"])
def test_a_code_of_an_article_is_no_number_of_somebody(code: str) -> None:
    assert without_people(code) == code
