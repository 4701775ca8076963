from flask.testing import FlaskClient

from hq.service import Hq

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>alert(1)</script><path d="M0 0h9v9"/></svg>'


def test_the_theme_is_one_rule(client: FlaskClient) -> None:
    answer = client.get("/theme.css")
    assert answer.mimetype == "text/css"
    assert answer.text.startswith(":root{--")


def test_a_picture_becomes_a_png_that_web_mail_may_load(client: FlaskClient, showroom: Hq) -> None:
    (showroom.pictures / "boot.svg").write_text(SVG)
    for _ in range(2):  # drawn, then kept
        with client.get("/thumbs/600/boot.svg.png") as answer:
            assert answer.data.startswith(b"\x89PNG")
            assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
            assert "immutable" in answer.headers["Cache-Control"]


def test_a_broken_picture_shows_the_retailers_sign(client: FlaskClient, showroom: Hq) -> None:
    (showroom.pictures / "boot.svg").write_text("<svg")
    with client.get("/thumbs/600/boot.svg.png") as answer:
        assert answer.data.startswith(b"\x89PNG")


def test_only_pictures_of_the_sizes_in_use_are_drawn(client: FlaskClient, showroom: Hq) -> None:
    (showroom.pictures / "boot.svg").write_text(SVG)
    (showroom.dir / "secret.svg").write_text(SVG)
    for path in ("7/boot.svg", "600/none.svg", "600/..%2Fsecret.svg", "600/boot.html", "600/.hidden"):
        assert client.get(f"/thumbs/{path}.png").status_code == 404


def test_the_brand_is_there_for_mails_and_browsers(client: FlaskClient) -> None:
    assert client.get("/brand/logo.png").data.startswith(b"\x89PNG")
    assert client.get("/brand/mark-600.png").data.startswith(b"\x89PNG")
    assert client.get("/brand/mark-7.png").status_code == 404
    assert b"var(" not in client.get("/brand/mark.svg").data
