"""A log that was healed is told to the staff as history, not as trouble."""

import pytest
from flask.testing import FlaskClient

from tests.kiosk.aurora import Aurora


def test_a_healed_fork_is_history_on_the_staff_screen(aurora: Aurora, client: FlaskClient) -> None:
    assert b'data-test="healed"' not in client.get("/s/staff").data
    aurora.shop.show("wall", aurora.shop.screen("wall"))
    aurora.log.forked(1)
    page = client.get("/s/staff").data.decode()
    assert "from number 1 on: a copied card, or older data put back" in page
    assert "Nothing is lost, and the box goes on." in page
    assert 'data-test="trouble"' not in page
    status = client.get("/status.json").get_json()
    assert [one["why"] for one in status["lives_before"]] == ["fork"] and status["trouble"] == ""


@pytest.mark.parametrize(("language", "words"), [("de", "Verheilt"), ("es", "Reparado"), ("et", "Paranenud")])
def test_in_the_language_of_the_staff(aurora: Aurora, client: FlaskClient, language: str, words: str) -> None:
    aurora.log.forked(1)
    aurora.shop.set_language("staff", language)
    assert words in client.get("/s/staff").data.decode()
