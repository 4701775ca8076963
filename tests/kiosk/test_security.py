import pytest
from flask.testing import FlaskClient

from kiosk import create_app
from tests.kiosk.aurora import Aurora

PAGES = ["/", "/s/wall", "/s/tablet", "/s/staff", "/s/wall/state.json", "/status.json"]


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_has_a_strict_policy_and_is_not_kept(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", PAGES[:4])
def test_pages_have_no_inline_script_or_style(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    assert "<script>" not in page
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://localhost"}, 204),
        ({}, 204),
        ({"Sec-Fetch-Site": "same-origin"}, 204),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_only_a_page_of_this_box_or_a_program_may_change_something(
    client: FlaskClient, headers: dict[str, str], status: int
) -> None:
    assert client.post("/s/wall/touch", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8080", 200),
        ("192.168.7.4", 200),
        ("[::1]:8080", 200),
        ("localhost:8080", 200),
        ("box.local", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
    ],
)
def test_a_name_that_is_not_this_boxs_is_refused(aurora: Aurora, host: str, status: int) -> None:
    client = create_app(aurora.shop, hosts=("box.local",)).test_client()
    assert client.get("/s/wall", headers={"Host": host}).status_code == status


def test_pictures_may_be_kept_for_ever_and_nothing_else_is_served_from_their_folder(
    aurora: Aurora, client: FlaskClient
) -> None:
    name = next(path for path in aurora.pictures.iterdir() if path.is_file()).name
    with client.get(f"/pictures/{name}") as answer:
        assert "immutable" in answer.headers["Cache-Control"]
    for path in ("/pictures/../store.db", "/pictures/store.db", f"/pictures/{'0' * 64}.svg", "/pictures/x.svg"):
        assert client.get(path).status_code == 404
