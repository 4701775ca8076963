"""Files brought over HTTP by a token: what may come in, what is answered, and what nobody gets through."""

import gzip
import io
import json
import socket
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep
from typing import Any

import pytest
import requests
from flask.testing import FlaskClient

from hq import stock, stores
from hq.config import Config, Doors
from hq.doors import tokens
from hq.doors.web import AT_ONCE
from hq.errors import InputError
from hq.feeds.wanted import due, publish_wanted, publisher
from hq.importers import import_file
from hq.server import THREADS, Server
from hq.service import Hq, open_hq
from hq.store.aside import alone
from hq.web import create_app
from tests.hq.cli.test_commands import Run, lines, run  # noqa: F401
from tests.hq.importers.files import write
from tests.hq.waiting import until

ARTICLES = "sku,price,title_en,gtin\nA,5,Boot,4006381333931\nB,5,Sock,\n"
STORES = "id,name,city\ntallinn,T,Tallinn\ntartu,U,Tartu\n"


@pytest.fixture
def stocked(hq: Hq, tmp_path: Path) -> Hq:
    with hq.engine.connect() as connection:
        import_file(connection, write(tmp_path, "articles.csv", ARTICLES))
        import_file(connection, write(tmp_path, "stores.csv", STORES))
    return hq


def opened(hq: Hq, store: str = "", *feeds: str) -> str:
    with hq.engine.begin() as connection:
        return tokens.new(connection, store=store, feeds=feeds, note="", at=hq.clock())[1]


@pytest.fixture
def client(stocked: Hq) -> FlaskClient:
    return create_app(stocked).test_client()


def post(client: FlaskClient, token: str, body: str | bytes, query: str = "") -> tuple[int, dict[str, Any]]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = client.post(f"/upload{query}", data=body, headers=headers)
    return answer.status_code, json.loads(answer.data)


def left(hq: Hq, sku: str, store: str) -> int | None:
    with hq.reading() as connection:
        held = stock.held(connection, sku, store)
    return held.quantity if held else None


def test_a_file_is_answered_with_its_report_row_by_row(client: FlaskClient, stocked: Hq) -> None:
    body = "sku,store,quantity\nA,tallinn,3\nA,tallinn,many\nX,tartu,1\n"
    status, told = post(client, opened(stocked), body)
    assert (status, told["rows"], told["accepted"], told["rejected"], told["warned"]) == (200, 3, 2, 1, 1)
    assert [(problem["row"], problem["field"]) for problem in told["problems"]] == [(3, "quantity"), (4, "sku")]
    assert left(stocked, "A", "tallinn") == 3


def test_sales_come_in_the_same_way_and_count_once(client: FlaskClient, stocked: Hq) -> None:
    token = opened(stocked, "tallinn")
    post(client, token, '[{"sku": "A", "quantity": 3, "store": "tallinn", "as_of": "2026-09-01"}]')
    sale = json.dumps(
        {"receipt": "R1", "at": "2026-09-02T10:00:00Z", "lines": [{"line": 1, "sku": "A", "quantity": 1}]}
    )
    assert [post(client, token, sale)[1]["accepted"] for _ in range(3)] == [1, 0, 0]
    assert left(stocked, "A", "tallinn") == 2


def test_a_token_of_a_store_speaks_for_no_other(client: FlaskClient, stocked: Hq) -> None:
    token = opened(stocked, "tallinn")
    status, told = post(client, token, "sku,store,quantity\nA,tartu,9\nA,tallinn,1\n")
    assert (status, told["accepted"], told["problems"][0]["reason"]) == (200, 1, "tartu is not this door's store")
    assert (left(stocked, "A", "tartu"), left(stocked, "A", "tallinn")) == (None, 1)
    status, told = post(client, token, "receipt,line,store,at,sku,quantity\nR,1,tartu,2026-09-02,A,1\n")
    assert (status, told["rejected"]) == (422, 1)


def test_a_full_list_of_one_store_empties_nothing_elsewhere(client: FlaskClient, stocked: Hq) -> None:
    post(client, opened(stocked), "sku,store,quantity\nA,tallinn,1\nB,tallinn,1\nB,tartu,1\n")
    status, told = post(client, opened(stocked, "tallinn"), "sku,store,quantity\nA,tallinn,4\n", "?full=yes")
    assert (status, told["accepted"]) == (200, 1)
    assert [left(stocked, *of) for of in (("A", "tallinn"), ("B", "tallinn"), ("B", "tartu"))] == [4, 0, 1]


def test_a_dry_run_changes_nothing(client: FlaskClient, stocked: Hq) -> None:
    status, told = post(client, opened(stocked), "sku,store,quantity\nA,tallinn,3\n", "?dry-run=yes")
    assert (status, told["dry_run"], told["difference"]["new"]) == (200, True, 1)
    assert left(stocked, "A", "tallinn") is None


def test_what_is_packed_is_unpacked(client: FlaskClient, stocked: Hq) -> None:
    assert post(client, opened(stocked), gzip.compress(b"sku,store,quantity\nA,tallinn,3\n"))[0] == 200


@pytest.mark.parametrize(
    ("body", "query", "status", "said"),
    [
        ("hello", "", 400, "The upload is no catalogue"),
        ("", "", 400, "The body is empty"),
        ("sku,store,quantity\nA,tallinn,3\n", "?ful=yes", 400, "'ful' is no option"),
        ("sku,store,quantity\nA,tallinn,3\n", "?full=perhaps", 400, "neither yes nor no"),
        ("sku,store,quantity\nA,tallinn,3\n", "?format=nonsense", 400, "There is no format 'nonsense'"),
        (ARTICLES, "", 403, "It is a list of articles; only stock may come in here."),
        (b"\x1f\x8b\x08broken", "", 400, "can't be unpacked"),
    ],
)
def test_what_cannot_come_in_is_answered_with_the_reason(
    client: FlaskClient, stocked: Hq, body: str | bytes, query: str, status: int, said: str
) -> None:
    found, told = post(client, opened(stocked, "", "stock"), body, query)
    assert found == status
    assert said in told["error"]
    assert str(stocked.dir) not in told["error"]
    assert not list(stocked.dir.glob(".arriving-*"))


@pytest.mark.parametrize("token", ["", "td-0-x", "td--", "x" * 5000, "td-\N{SNOWMAN}-x"])
def test_without_the_right_token_nothing_is_read(client: FlaskClient, stocked: Hq, token: str) -> None:
    opened(stocked)
    headers = {"Authorization": f"Bearer {token}".encode().decode("latin-1")}
    answer = client.post("/upload", data="sku,store,quantity\nA,tallinn,3\n", headers=headers)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert left(stocked, "A", "tallinn") is None


def test_a_closed_door_stays_closed_and_a_token_is_nowhere_kept(client: FlaskClient, stocked: Hq) -> None:
    token = opened(stocked)
    assert post(client, token + "x", "sku,store,quantity\n")[0] == 401
    with stocked.engine.begin() as connection:
        tokens.end(connection, token.split("-")[1], at=stocked.clock())
    assert post(client, token, "sku,store,quantity\nA,tallinn,3\n")[0] == 401
    secret = token.split("-", 2)[2].encode()
    assert all(secret not in file.read_bytes() for file in stocked.dir.glob("hq.db*"))
    with pytest.raises(InputError), stocked.engine.begin() as connection:
        tokens.end(connection, token.split("-")[1], at=0)


def test_while_another_import_is_at_work_it_is_told_to_come_again(
    client: FlaskClient, stocked: Hq, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hq.doors.web.PATIENCE", 0.1)
    with alone(stocked.dir):
        status, told = post(client, opened(stocked), "sku,store,quantity\nA,tallinn,3\n")
    assert (status, "Send it again" in told["error"]) == (503, True)


def test_uploads_that_wait_leave_room_for_shoppers(stocked: Hq) -> None:
    server = Server("127.0.0.1", 0)
    server.start(create_app(stocked))
    address, headers = f"http://127.0.0.1:{server.port}", {"Authorization": f"Bearer {opened(stocked)}"}

    def upload(_: int) -> int:
        body = b"sku,store,quantity\nA,tallinn,3\n"
        return requests.post(f"{address}/upload", data=body, headers=headers, timeout=60).status_code

    try:
        with ThreadPoolExecutor(THREADS) as pool:
            with alone(stocked.dir):
                sent = [pool.submit(upload, n) for n in range(THREADS)]
                until(lambda: sum(one.done() for one in sent) == THREADS - AT_ONCE)
                assert requests.get(f"{address}/feeds/catalogue/head.json", timeout=5).status_code == 404
            told = sorted(one.result() for one in sent)
    finally:
        server.stop()
    assert told == [200] * AT_ONCE + [503] * (THREADS - AT_ONCE)


def test_sales_packed_with_other_lists_are_refused_instead_of_passed_over(client: FlaskClient, stocked: Hq) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("sales.csv", "receipt,line,store,at,sku,quantity\nR1,1,tallinn,2026-09-02,A,1\n")
        archive.writestr("stock.csv", "sku,store,quantity\nA,tallinn,3\n")
    status, told = post(client, opened(stocked, "tallinn"), packed.getvalue())
    assert (status, "packs sales together with other lists" in told["error"]) == (400, True)
    assert left(stocked, "A", "tallinn") is None


def test_what_came_in_is_published_once_for_all_of_it(client: FlaskClient, stocked: Hq) -> None:
    token = opened(stocked)
    post(client, token, "sku,store,quantity\nA,tallinn,4\n")
    with stocked.reading() as connection:
        assert due(connection) is None, "stock has a feed of its own"
    for price in range(1, 6):
        post(client, token, f"sku,price,title_en\nA,{price},Boot\n")
    with stocked.reading() as connection:
        assert due(connection) == stocked.clock() + 10_000
    assert not publish_wanted(stocked)
    stocked.clock.now += 10_000  # type: ignore[attr-defined]
    publishing = publisher(stocked, poll=0.01)
    publishing.start()
    try:
        until(lambda: stocked.catalogue() is not None)
    finally:
        publishing.stop()
    catalogue = stocked.catalogue()
    variant = catalogue.by_sku("A") if catalogue else None
    assert variant is not None and variant.price.amount == 500
    assert not publish_wanted(stocked)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A real HTTP server that takes 1 MiB; its address and a token."""
    hq = open_hq(tmp_path / "served", Config(doors=Doors(most_mib=1)))
    with hq.engine.begin() as connection:
        stores.register(connection, "tallinn")
    server = Server("127.0.0.1", 0)
    server.start(create_app(hq))
    yield f"127.0.0.1:{server.port}", opened(hq, "tallinn")
    server.stop()
    hq.close()


def test_an_upload_is_bounded_whether_or_not_its_length_is_told(served: tuple[str, str]) -> None:
    address, token = served
    headers = {"Authorization": f"Bearer {token}"}
    row = b"A,tallinn,3\n"
    large = b"sku,store,quantity\n" + row * 100_000
    told = requests.post(f"http://{address}/upload", data=large, headers=headers, timeout=30)
    assert (told.status_code, "larger than 1 MiB" in told.json()["error"]) == (413, True)
    parts = (row * 1_000 for _ in range(200))
    told = requests.post(f"http://{address}/upload", data=parts, headers=headers, timeout=30)
    assert told.status_code == 413
    fits = b"sku,store,quantity\n" + row * 20_000  # more than any form of HQ's pages
    told = requests.post(f"http://{address}/upload", data=fits, headers=headers, timeout=60)
    assert (told.status_code, told.json()["rows"]) == (200, 20_000)
    form = requests.post(f"http://{address}/upload", files={"file": fits}, headers=headers, timeout=30)
    assert (form.status_code, "A form is no file" in form.json()["error"]) == (400, True)


@pytest.mark.parametrize("close", ["", "Connection: close\r\n", "Expect: 100-continue\r\n"])
@pytest.mark.parametrize(("token", "size"), [("wrong", 9_000_000), ("wrong", 40 << 30), ("", 9_000_000)])
def test_a_body_that_nobody_wants_is_answered_while_it_still_comes(
    served: tuple[str, str], token: str, size: int, close: str
) -> None:
    """Without a token, and too large with one: the answer is there though the body is not, and is read by whoever
    sends all of it first."""
    address, right = served
    host, _, port = address.partition(":")
    head = f"POST /upload HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token or right}\r\n{close}"
    with socket.create_connection((host, int(port)), timeout=8) as line:
        line.sendall(f"{head}Content-Length: {size}\r\n\r\n".encode())
        line.sendall(bytes(8_000_000))
        answer = line.makefile("rb").read()
    assert (b" 401 " if token else b" 413 ") in answer and b"error" in answer
    assert b"Connection: close" in answer


def test_an_answer_that_read_no_body_leaves_the_line_to_no_other_request(served: tuple[str, str]) -> None:
    address, _ = served
    host, _, port = address.partition(":")
    head = "POST /upload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    smuggled = b"5\r\nhello\r\n0\r\n\r\nGET /catalogue HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=8) as line:
        line.sendall(head.encode() + smuggled)
        line.shutdown(socket.SHUT_WR)
        answer = line.makefile("rb").read()
    assert answer.count(b"HTTP/1.1 ") == 1 and b" 401 " in answer


def test_a_body_that_trickles_is_given_up(served: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hq.doors.web.FORBORNE", 0.2)
    address, token = served
    host, _, port = address.partition(":")
    head = f"POST /upload HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=15) as line:
        line.sendall(head.encode())
        for _ in range(5):
            line.sendall(b"5\r\na,b,c\r\n")
            sleep(0.2)
        line.sendall(b"10000\r\n" + bytes(0x10000) + b"\r\n")
        answer = line.recv(4096)
    assert b" 400 " in answer.partition(b"\r\n")[0]


def test_a_line_that_breaks_off_brings_nothing_in(served: tuple[str, str]) -> None:
    address, token = served
    host, _, port = address.partition(":")
    head = f"POST /upload HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 1000\r\n\r\n"
    with socket.create_connection((host, int(port))) as line:
        line.sendall(head.encode() + b"sku,store,quantity\nA,tallinn,3\n")
        line.shutdown(socket.SHUT_WR)
        answer = line.recv(4096)
    assert b"400" in answer.partition(b"\r\n")[0]
    head = head.replace("Content-Length: 1000", "Transfer-Encoding: chunked")
    with socket.create_connection((host, int(port))) as line:
        line.sendall(head.encode() + b"f" * 20 + b"\r\nsku,store,quantity\nA,tallinn,3\n")
        assert b"400" in line.recv(4096).partition(b"\r\n")[0]
    told = requests.post(
        f"http://{address}/upload?dry-run=yes",
        data=b"sku,store,quantity\nA,tallinn,3\n",
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
    assert told.json()["difference"]["new"] == 1, "the broken one was not taken"


def test_doors_are_opened_listed_and_closed_by_a_command(run: Run, stocked: Hq) -> None:  # noqa: F811
    status, out, _ = run("doors", "open", "--store", "tallinn", "--note", "till", "--json")
    (made,) = lines(out)
    assert status == 0
    assert (made["store"], made["feeds"]) == ("tallinn", ["stock", "sales"])
    with stocked.reading() as connection:
        assert tokens.find(connection, str(made["token"])) is not None
    assert "tallinn" in run("doors", "list")[1] and str(made["token"]) not in run("doors", "list", "--json")[1]
    assert run("doors", "close", str(made["door"]))[0] == 0
    assert run("doors", "close", str(made["door"]))[0] == 2
    assert "can't come in by it" in run("doors", "open", "--store", "tallinn", "--feed", "orders")[2]
    assert "is not known here" in run("doors", "open", "--store", "nowhere")[2]


@pytest.mark.parametrize(
    ("body", "query"),
    [
        ("sku,quantity\nA,4\n", ""),
        ("gtin,quantity\n4006381333931,4\n", ""),
        ('{"counts": [{"sku": "A", "quantity": 4}]}', ""),
        ('[{"sku": "A", "quantity": 4}]', ""),
        ('{"counts": [{"sku": "A", "quantity": 4}]}', "?format=tote-stock-json"),
    ],
)
def test_counts_that_name_no_store_are_those_of_the_doors_store_and_refused_elsewhere(
    client: FlaskClient, stocked: Hq, body: str, query: str
) -> None:
    status, told = post(client, opened(stocked, "tallinn"), body, query)
    assert (status, told.get("accepted")) == (200, 1), told
    assert left(stocked, "A", "tallinn") == 4
    if not query:
        status, told = post(client, opened(stocked), body)
        assert status == 400
        assert "add the column store" in told["error"]


def test_a_problem_says_whether_its_row_was_taken(client: FlaskClient, stocked: Hq) -> None:
    _, told = post(client, opened(stocked), "sku,store,quantity\nA,tallinn,many\nX,tallinn,1\n")
    assert [(one["row"], one["outcome"]) for one in told["problems"]] == [(2, "rejected"), (3, "warned")]
