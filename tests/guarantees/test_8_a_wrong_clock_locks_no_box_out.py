"""Guarantee 8 with a box that has no clock: certificates are held against what has certainly passed (`edge.clock`)."""

import json
import os
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from edge.clock import BUILT, FARTHEST, Floor
from edge.https import session, web_trust
from sync.certificates import moment, new_key, pem, pem_of_key, server_of
from sync.durable import keep
from tests.guarantees.secured import Secured, needs_mosquitto, secured
from tests.torture.report import Skipped
from tests.torture.shifted import ShiftedClock, compiled

A = "aurora-tallinn"
DAY = 86_400_000
CLOCKS = {"1970": None, "a day behind": -DAY, "a day ahead": DAY, "400 days ahead": 400 * DAY}
"""Milliseconds against the true time; None is 1970, as after a power cut."""
BOX = """
import json, sys, time
from pathlib import Path
from edge.secure import floor_of
from sync.line import Line, LineUp
from sync.tls import trust
folder, host, port, ca, certificate, key, careless = json.loads(sys.argv[1])
tls = trust(floor_of(Path(folder)), ca=ca, certificate=certificate, key=key)
if careless:
    tls.verify_flags &= ~0x200000  # validity by the system's clock, as everybody does it
line = Line([(host, port)], name="box", tls=tls)
line.start()
ends = time.monotonic() + 20
while not (line.up or line.trouble) and time.monotonic() < ends:
    time.sleep(0.02)
print(json.dumps({"up": line.up, "trouble": line.trouble, "year": time.gmtime().tm_year}))
line.stop()
"""


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    with secured(tmp_path_factory.mktemp("secured") / "hq") as here:
        yield here


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        return compiled(tmp_path_factory.mktemp("clock"))
    except Skipped as reason:
        pytest.skip(str(reason))


def box(line: Secured, library: Path, folder: Path, shift: int | None, *, careless: bool = False) -> dict[str, object]:
    """What a box whose clock is off by `shift` makes of the line."""
    clock = ShiftedClock(library, folder / "shift")
    clock.set(60_000 - line.hq.clock() if shift is None else shift)
    about = [str(folder), line.host, line.port, str(line.authority.ca_file), *map(str, line.enrolled(A)), careless]
    command = [sys.executable, "-c", BOX, json.dumps(about)]
    done = subprocess.run(command, env=os.environ | clock.environment, capture_output=True, timeout=60, check=True)
    return dict(json.loads(done.stdout))


@needs_mosquitto
@pytest.mark.parametrize("clock", CLOCKS)
def test_a_box_gets_in_whatever_its_clock_says(line: Secured, library: Path, tmp_path: Path, clock: str) -> None:
    said = box(line, library, tmp_path, CLOCKS[clock])
    assert said["up"] and (clock != "1970" or said["year"] == 1970), said


@needs_mosquitto
def test_a_box_that_believes_its_clock_is_locked_out_in_1970(line: Secured, library: Path, tmp_path: Path) -> None:
    """The control."""
    said = box(line, library, tmp_path, None, careless=True)
    assert not said["up"] and said["trouble"]


@needs_mosquitto
def test_a_broker_whose_certificate_had_certainly_expired_is_refused(
    line: Secured, library: Path, tmp_path: Path
) -> None:
    """Three years and a day after it was made, by HQ's own word; the box's clock is right, and not asked."""
    Floor(tmp_path / "heard").heard(line.hq.clock() + (3 * 365 + 1) * DAY)
    said = box(line, library, tmp_path, 0)
    assert not said["up"] and "has expired" in str(said["trouble"])


class _Hello(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"hi")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def web(line: Secured, tmp_path: Path) -> Iterator[str]:
    """HQ's web over TLS, with a certificate of its authority that ran out a month before today."""
    key, at = new_key(), moment(line.hq.clock() - (3 * 365 + 30) * DAY)
    made = server_of(line.authority.certificate, line.authority.key, key.public_key(), hosts=["127.0.0.1"], at=at)
    keep(tmp_path / "web.crt", pem(made))
    keep(tmp_path / "web.key", pem_of_key(key), mode=0o600)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "web.crt", tmp_path / "web.key")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hello)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
    thread.join()


@needs_mosquitto
def test_hqs_web_is_held_against_the_same_floor(line: Secured, web: str) -> None:
    ends = line.hq.clock() // 1000 - 30 * 86_400
    with session(web_trust(lambda: ends - 60, line.authority.ca_file)) as before:
        assert before.get(web, timeout=10).text == "hi"
    with (
        session(web_trust(lambda: ends + 60, line.authority.ca_file)) as after,
        pytest.raises(requests.ConnectionError),
    ):
        after.get(web, timeout=10)


@needs_mosquitto
def test_hqs_web_of_another_authority_is_refused(web: str) -> None:
    with session(web_trust(lambda: 0.0, None)) as stranger, pytest.raises(requests.ConnectionError):
        stranger.get(web, timeout=10)


def test_the_floor_moves_forward_only_and_never_beyond_what_hq_said(tmp_path: Path) -> None:
    floor = Floor(tmp_path / "heard")
    assert floor() == BUILT
    floor.heard(0)
    floor.heard((BUILT - 5000) * 1000)
    assert floor() == BUILT
    floor.heard((BUILT + 5000) * 1000 + 999)
    assert floor() == BUILT + 5000
    assert Floor(tmp_path / "heard")() == BUILT + 5000


@pytest.mark.parametrize("wild", [BUILT + FARTHEST + 1, 2**32, 253_402_300_800, 2**53])
def test_an_hq_whose_clock_runs_wild_locks_no_box_out(tmp_path: Path, wild: int) -> None:
    floor = Floor(tmp_path / "heard")
    floor.heard((BUILT + 5000) * 1000)
    floor.heard(wild * 1000)
    assert floor() == Floor(tmp_path / "heard")() == BUILT + 5000
    (tmp_path / "heard").write_text(f"{wild}\n")
    assert Floor(tmp_path / "heard")() == BUILT, "nor one that was told so in the past"


def test_an_enrolment_takes_back_what_was_heard_too_late(tmp_path: Path) -> None:
    floor = Floor(tmp_path / "heard")
    floor.heard((BUILT + FARTHEST - 1) * 1000)
    floor.enrolled((BUILT + 9000) * 1000)
    assert floor() == Floor(tmp_path / "heard")() == BUILT + 9000
    floor.enrolled(0)
    assert floor() == BUILT, "never before the program was made"


def test_the_floor_is_not_written_for_every_receipt(tmp_path: Path) -> None:
    floor = Floor(tmp_path / "heard")
    for second in range(100):
        floor.heard((BUILT + second) * 1000)
    assert floor() == BUILT + 99 and not (tmp_path / "heard").exists()


def test_a_floor_that_can_not_be_read_or_written_is_the_time_of_the_program(tmp_path: Path) -> None:
    (tmp_path / "heard").write_text("\x00\x00")
    floor = Floor(tmp_path / "heard")
    assert floor() == BUILT
    floor = Floor(tmp_path / "nowhere" / "heard")
    floor.heard((BUILT + 9000) * 1000)
    assert floor() == BUILT + 9000


def test_the_program_was_made_before_now() -> None:
    assert time.time() > BUILT
