from pathlib import Path

import cv2
import numpy as np
import pytest

from hq.errors import ConfigError
from hq.theme import PLAIN, drawn, load, mix, picture

DEMO = Path(__file__).parents[3] / "edge" / "demo" / "shop" / "theme.toml"


def copy(tmp_path: Path, **changes: str) -> Path:
    text = PLAIN.read_text()
    for old, new in changes.items():
        text = text.replace(old, new)
    for name in ("logo.svg", "mark.svg"):
        (tmp_path / name).write_text((PLAIN.parent / name).read_text())
    (tmp_path / "theme.toml").write_text(text)
    return tmp_path / "theme.toml"


@pytest.mark.parametrize("path", [None, DEMO])
def test_a_theme_becomes_custom_properties(path: Path | None) -> None:
    theme = load(path)
    assert f"--accent:{theme.css['accent']};" in theme.stylesheet


@pytest.mark.parametrize("path", [None, DEMO])
def test_quiet_and_state_colours_can_be_read_on_night(path: Path | None) -> None:
    theme = load(path)
    for name in ("muted", "here", "few", "gone"):
        assert contrast(theme.dark[name], theme.css["night"]) >= 4.5


def test_a_theme_that_is_missing_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nowhere"):
        load(tmp_path / "nowhere.toml")


def test_a_theme_without_a_colour_names_the_colour(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="accent-deep"):
        load(copy(tmp_path, **{"accent-deep": "accent-shallow"}))


def test_a_value_that_would_break_out_of_its_rule_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="paper"):
        load(copy(tmp_path, **{"#f4f4f2": "red;} body{display:none"}))


def test_mixing_colours() -> None:
    assert mix("#000000", "#ffffff", 0.5) == "#808080"


def test_colours_have_the_shops_own_names_in_each_language() -> None:
    theme = load(DEMO)
    assert theme.looks(("42", "Moss"), "et") == "42 · Sammal"
    assert theme.looks(("42", "Moss"), "en") == theme.looks(("42", "Moss"), "fr") == "42 · Moss"
    assert load(None).named("Moss", "et") == "Moss"


def test_a_row_of_words_that_breaks_off_keeps_the_first_name(tmp_path: Path) -> None:
    (tmp_path / "words.csv").write_text("kind,en,et\ncolour,Moss\ncolour,Fog,Udu,too much\n", encoding="utf-8")
    theme = load(copy(tmp_path))
    assert [theme.named(word, "et") for word in ("Moss", "Fog")] == ["Moss", "Udu"]


def test_a_drawing_has_no_custom_property_left() -> None:
    theme = load(DEMO)
    svg = drawn(theme.logo, theme, "#ffffff")
    assert "var(" not in svg
    assert "currentColor" not in svg
    assert theme.css["accent"] in svg


def test_the_logo_of_a_mail_stands_on_its_own_night() -> None:
    theme = load(DEMO)
    image = decoded(picture.logo(theme, 296))
    assert image.shape[1:] == (296, 4)
    assert image[..., 3].min() == 255


def test_a_drawing_and_a_photograph_become_png_of_the_width_asked_for(tmp_path: Path) -> None:
    svg = tmp_path / "a.svg"
    svg.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 5"><path d="M0 0h10v5H0z"/></svg>')
    photo = tmp_path / "b.webp"
    cv2.imwrite(str(photo), np.full((400, 800, 3), 127, np.uint8))
    assert decoded(picture.png(svg, 324)).shape[:2] == (162, 324)
    assert decoded(picture.png(photo, 324)).shape[:2] == (162, 324)


def test_what_is_no_picture_is_an_error_of_one_kind(tmp_path: Path) -> None:
    for name in ("a.svg", "b.png"):
        (tmp_path / name).write_text("no picture")
        with pytest.raises(ValueError, match=r".+"):
            picture.png(tmp_path / name, 324)


def decoded(png: bytes) -> np.ndarray:
    assert png.startswith(b"\x89PNG")
    image = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    assert image is not None
    return np.asarray(image)


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [octet / 255 for octet in bytes.fromhex(colour.removeprefix("#"))]
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
