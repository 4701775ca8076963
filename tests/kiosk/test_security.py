import pytest
from flask.testing import FlaskClient

from edge.httpd import IN_THE_OPEN
from kiosk import create_app
from kiosk.security import BY_HTTPS
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
    ("origin", "status"),
    [("https://localhost", 204), ("http://localhost", 403), ("https://evil.example", 403)],
)
def test_a_page_that_came_in_the_open_changes_nothing_of_a_secure_one(
    client: FlaskClient, origin: str, status: int
) -> None:
    answer = client.post("/s/wall/touch", base_url="https://localhost", headers={"Origin": origin})
    assert answer.status_code == status


def test_who_asks_in_the_open_from_elsewhere_is_sent_on_and_changes_nothing(client: FlaskClient) -> None:
    opened = {IN_THE_OPEN: True}
    to = {"base_url": "http://192.168.7.4:8080", "environ_overrides": opened}
    answer = client.get("/s/wall?lang=et", **to)  # type: ignore[arg-type]
    assert (answer.status_code, answer.location) == (308, "https://192.168.7.4:8080/s/wall?lang=et")
    assert "Strict-Transport-Security" not in answer.headers, "other machines share the name"
    answer = client.post("/s/wall/touch", **to)  # type: ignore[arg-type]
    assert (answer.status_code, answer.get_json()) == (403, {"error": BY_HTTPS})
    assert client.get("/", base_url="http://evil.example", environ_overrides=opened).status_code == 421


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_what_was_told_to_a_browser_over_https_it_tells_nobody_else(aurora: Aurora, scheme: str) -> None:
    aurora.shop.pairing.required = True
    client = create_app(aurora.shop).test_client()
    base = f"{scheme}://localhost"
    code = aurora.shop.pairing.offer("wall")
    answer = client.post("/s/wall/pair", base_url=base, data={"code": code}, headers={"Origin": base})
    assert answer.status_code == 303
    assert ("; Secure" in answer.headers["Set-Cookie"]) is (scheme == "https")


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
