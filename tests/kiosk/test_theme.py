from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from kiosk import create_app
from kiosk.theme import load
from tests.kiosk.aurora import FOLDER, Aurora


def test_every_key_of_css_becomes_a_custom_property(tmp_path: Path) -> None:
    (tmp_path / "theme.toml").write_text('[shop]\nname = "Kuma"\n[css]\naccent = "#123456"\nscale = "1.2"\n')
    theme = load(tmp_path / "theme.toml")
    assert (theme.name, theme.logo) == ("Kuma", "")
    assert theme.css == ":root{--accent:#123456;--scale:1.2;}"


def test_the_demo_shop_has_a_logo_a_mark_and_words_of_its_own() -> None:
    theme = load(FOLDER / "theme.toml")
    assert theme.name == "Aurora"
    assert theme.logo.startswith("<svg")
    assert theme.named("Shoes", "et") == "Jalatsid"


def test_another_theme_changes_every_page(aurora: Aurora, tmp_path: Path) -> None:
    (tmp_path / "theme.toml").write_text('[shop]\nname = "Kuma"\n[css]\naccent = "#123456"\n')
    client = create_app(aurora.shop, theme=tmp_path / "theme.toml").test_client()
    assert "#123456" in client.get("/theme.css").text
    assert "Kuma" in client.get("/s/wall").text


def test_without_a_theme_the_screens_still_run(aurora: Aurora) -> None:
    app: Flask = create_app(aurora.shop)
    assert app.test_client().get("/s/wall").status_code == 200


def test_the_sign_of_the_shop_is_the_pages_icon(client: FlaskClient) -> None:
    answer = client.get("/mark.svg")
    assert answer.mimetype == "image/svg+xml"
    assert answer.text.startswith("<svg")
