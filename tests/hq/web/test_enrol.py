"""Where a box asks for its certificate."""

import pytest
from flask.testing import FlaskClient

from hq.service import Hq
from sync import enrolling
from tests.hq.authority.asking import asked_with, code_for

A = "aurora-tallinn"


def test_a_request_with_a_code_is_answered(showroom: Hq, client: FlaskClient) -> None:
    signs = code_for(showroom, A)
    request = asked_with(signs)
    answer = client.post("/enrol", data=request)
    assert answer.status_code == 200
    assert enrolling.opened(signs, request, answer.data).store == A


@pytest.mark.parametrize(
    "junk",
    [b"", b"\xff\x00", b"{}", b"null", asked_with("0" * 20)],
    ids=["nothing", "no-text", "an-object", "null", "a-code-of-nobody"],  # the same in every process that collects them
)
def test_anything_else_is_refused_in_words_that_tell_nothing(client: FlaskClient, junk: bytes) -> None:
    answer = client.post("/enrol", data=junk)
    assert answer.status_code == 403 and "tote-hq enrol" in answer.json["error"]  # type: ignore[index]


def test_a_wrong_code_is_told_and_makes_no_store_that_has_a_catalogue(client: FlaskClient) -> None:
    client.post("/enrol", data=asked_with("0" * 20))
    assert "(enrolment)" in client.get("/").text
    assert "(enrolment)" not in client.get("/catalogue").text


def test_a_request_of_any_length_is_not_read_to_its_end(client: FlaskClient) -> None:
    assert client.post("/enrol", data=b"x" * (enrolling.MOST + 1)).status_code == 413


def test_nothing_is_answered_to_a_browser_that_looks(client: FlaskClient) -> None:
    assert client.get("/enrol").status_code == 405
