"""Guarantee 8: what is refused is logged and alarmed, at HQ and on the box, in words for whoever looks after them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from edge.cli.status import lines
from edge.settings_file import FIRST, with_values
from hq import stores
from hq.authority import line_trust
from hq.authority.authority import open_or_create
from hq.line import HqLine
from sync import topics
from sync.codec import Receipt, Refused, decode_answer
from sync.line import Message
from tests.guarantees.secured import Secured, needs_mosquitto, next_of, secured, until
from tests.hq.boxes import Box, box_of, viewed

pytestmark = needs_mosquitto

A, B = "aurora-tallinn", "boreal-riga"
TOTE = "from edge.cli import main; raise SystemExit(main())"


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    with secured(tmp_path_factory.mktemp("secured") / "hq") as here:
        yield here


@pytest.fixture
def at_work(line: Secured) -> Iterator[None]:
    ingest = HqLine(line.hq, [(line.host, line.port)], line_trust(line.hq))
    ingest.start()
    until(lambda: ingest.up, "HQ's line")
    yield
    ingest.stop()


def test_an_envelope_of_another_store_is_refused_logged_and_alarmed(
    line: Secured, at_work: None, caplog: pytest.LogCaptureFixture
) -> None:
    line.enrolled(B)
    forged, honest = box_of(line.hq, A), box_of(line.hq, A)
    for box in (forged, honest):
        box.append(viewed())
    with line.up(A, topics.down(A)) as a:
        assert isinstance(answer_to(a, honest, A), Receipt), "the control"
        assert isinstance(answer_to(a, forged, B), Refused)
    with line.hq.reading() as connection:
        (state,) = [state for state in stores.overview(connection) if state.refused]
    assert state.store == A and B in state.refused_reason
    assert "refused on" in caplog.text


def answer_to(a: object, box: Box, store: str) -> object:
    a.publish(topics.up(A), box.payload(store=store))  # type: ignore[attr-defined]
    return decode_answer(next_of(a, Message).payload)  # type: ignore[arg-type]


@contextmanager
def running_box(settings: Path) -> Iterator[str]:
    """The address of a box that runs by `settings`."""
    argv = [sys.executable, "-c", TOTE, "run", "--config", str(settings), "--json"]
    with (
        (settings.parent / "box.log").open("w") as log,
        subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=log, text=True) as box,
    ):
        assert box.stdout
        try:
            yield json.loads(box.stdout.readline())["url"]
        finally:
            box.terminate()


def settings_of(line: Secured, folder: Path, ca: Path) -> Path:
    certificate, key = line.enrolled(A)
    hq: dict[str, str | bool] = {
        "broker": f"{line.host}:{line.port}",
        "url": "http://127.0.0.1:9",
        "seal_key": line.hq.keys.seal_public.hex(),
        "verify_key": line.hq.keys.verify.hex(),
        "tls": True,
        "ca": str(ca),
        "certificate": str(certificate),
        "key": str(key),
    }
    text = with_values(FIRST, "", {"store": A, "dir": str(folder / "box")})
    settings = folder / "tote.toml"
    (folder / "box").mkdir()
    settings.write_text(with_values(text, "hq", hq) + "\n[screen]\nport = 0\n")
    return settings


def test_a_box_that_meets_a_false_hq_says_so_to_its_keeper_and_on_the_staff_screen(
    line: Secured, tmp_path: Path
) -> None:
    false = open_or_create(tmp_path, name="Tote HQ of somebody else", at=line.hq.clock())
    with running_box(settings_of(line, tmp_path, false.ca_file)) as url:
        until(lambda: requests.get(f"{url}/status.json", timeout=5).json()["trouble"], "the trouble")
        status = requests.get(f"{url}/status.json", timeout=5).json()
        assert "not HQ's broker" in "\n".join(lines(status, now=0))
        assert not status["line_up"]
        assert "not HQ&#39;s broker" in requests.get(f"{url}/s/staff/sync", timeout=5).text
    assert "not HQ's broker" in (tmp_path / "box.log").read_text()


def test_the_same_box_at_its_own_hq_has_no_trouble(line: Secured, tmp_path: Path) -> None:
    """The control."""
    with running_box(settings_of(line, tmp_path, line.authority.ca_file)) as url:
        until(lambda: requests.get(f"{url}/status.json", timeout=5).json()["line_up"], "the line")
        assert requests.get(f"{url}/status.json", timeout=5).json()["trouble"] == ""
