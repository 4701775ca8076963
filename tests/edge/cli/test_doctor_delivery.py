"""What the broker lets a box say and hear, found out by `tote doctor` on a real Mosquitto with the generated rules."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.cli.doctor_delivery import examine_delivery
from edge.config import Config
from edge.config_file import parse
from hq.answers import AnswerLine
from hq.authority import line_trust
from tests.guarantees.secured import Secured, needs_mosquitto, secured, until
from tests.mosquitto import somewhere

pytestmark = needs_mosquitto
STORE = "aurora-tallinn"
KEY = "09" * 32


def settings(folder: Path, port: int, more: str = "") -> Config:
    return parse(
        f'store = "{STORE}"\ndir = "{folder}"\n[hq]\nbroker = "127.0.0.1:{port}"\nurl = "http://127.0.0.1:9"\n'
        f'seal_key = "{KEY}"\nverify_key = "{KEY}"\n{more}[[station]]\nid = "wall"\nkind = "wall"\n'
    )


def secure(line: Secured, folder: Path) -> Config:
    certificate, key = line.enrolled(STORE)
    more = f'tls = true\nca = "{line.authority.ca_file}"\ncertificate = "{certificate}"\nkey = "{key}"\n'
    return settings(folder, line.port, more)


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    with secured(tmp_path_factory.mktemp("secured") / "hq") as here:
        answers = AnswerLine(here.hq, [(here.host, here.port)], line_trust(here.hq))
        answers.start()
        try:
            until(lambda: answers._line.up, "HQ has its line")
            yield here
        finally:
            answers.stop()


def test_a_box_that_is_heard_and_held_to_its_own_store_is_well(line: Secured, tmp_path: Path) -> None:
    own, foreign = examine_delivery(secure(line, tmp_path))
    assert (own.what, own.ok, own.words) == ("delivery", True, "a question reached HQ, and its answer this box")
    assert (foreign.what, foreign.ok) == ("access", True)
    assert "its own store alone" in foreign.words


def test_a_box_without_a_certificate_is_told_to_enrol(line: Secured, tmp_path: Path) -> None:
    (finding,) = examine_delivery(settings(tmp_path, line.port, "tls = true\n"))
    assert (finding.ok, "tote enrol" in finding.remedy) == (False, True)


def test_a_broker_that_lets_anybody_speak_for_any_store_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And HQ, which is not there, is missed."""
    monkeypatch.setattr("edge.cli.doctor_delivery.PATIENCE", 2.0)
    with somewhere(tmp_path) as port:
        own, foreign = examine_delivery(settings(tmp_path, port))
        assert (own.ok, "was not answered" in own.words) == (False, True)
        assert (foreign.ok, foreign.words) == (
            True,
            "the broker lets anybody speak for any store: it is on this machine alone",
        )
        monkeypatch.setattr("edge.cli.doctor_delivery._is_loopback", lambda host: False)
        _, foreign = examine_delivery(settings(tmp_path, port))
    assert (foreign.ok, "tote-hq broker-config" in foreign.remedy) == (False, True)
