"""A box is enrolled at a real HQ over plain HTTP: key pair, certificate, settings; what it does with a false one."""

import json
import tomllib
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from flask import Flask, Response, request

from edge.cli import main as tote
from edge.clock import Floor
from edge.config import Config as BoxConfig
from edge.config import ConfigError
from edge.config_file import load, parse
from edge.secure import floor_of, line_trust
from edge.signing import signing_key
from hq.config import Broker, Config, Web
from hq.server import Server
from hq.service import Hq, open_hq
from hq.web import create_app
from sync import enrolling
from tests.hq.authority.asking import code_for

A = "aurora-tallinn"


@pytest.fixture(scope="module")
def hq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hq]:
    hq = open_hq(
        tmp_path_factory.mktemp("hq"), Config(broker=Broker(address="127.0.0.1:8883", public="127.0.0.1:18883"))
    )
    yield hq
    hq.close()


@pytest.fixture(scope="module")
def url(hq: Hq) -> Iterator[str]:
    server = Server("127.0.0.1", 0)
    server.start(create_app(hq))
    yield f"http://127.0.0.1:{server.port}"
    server.stop()


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    return tmp_path / "etc" / "tote.toml"


@pytest.fixture
def box(tmp_path: Path) -> Path:
    return tmp_path / "box"


def enrol(url: str, signs: str, settings: Path, *more: str) -> int:
    return tote(["enrol", "--hq", url, "--code", enrolling.in_groups(signs), "--config", str(settings), *more])


def test_a_fresh_box_has_settings_that_start_it(hq: Hq, url: str, settings: Path, box: Path) -> None:
    assert enrol(url, code_for(hq, A), settings, "--dir", str(box)) == 0
    config = load(settings)
    assert (config.store, config.dir, config.hq.tls, config.hq.url) == (A, str(box), True, url)
    assert config.hq.brokers == (("127.0.0.1", 18883),)
    assert (config.hq.seal_key, config.hq.verify_key) == (hq.keys.seal_public.hex(), hq.keys.verify.hex())
    assert line_trust(config, floor_of(box)) is not None


def test_a_box_that_is_enrolled_again_makes_another_signing_key(hq: Hq, url: str, settings: Path, box: Path) -> None:
    assert enrol(url, code_for(hq, A), settings, "--dir", str(box)) == 0
    first = signing_key(box / "line")
    assert enrol(url, code_for(hq, A), settings) == 0
    assert signing_key(box / "line") != first


def test_a_box_is_told_hqs_address_as_phones_reach_it(tmp_path: Path, settings: Path, box: Path) -> None:
    public = Config(web=Web(public_url="https://bag.shop.example/"), broker=Broker(public="127.0.0.1:18883"))
    hq = open_hq(tmp_path / "hq", public)
    server = Server("127.0.0.1", 0)
    server.start(create_app(hq))
    address = f"http://127.0.0.1:{server.port}"
    try:
        assert enrol(address, code_for(hq, A), settings, "--dir", str(box)) == 0
    finally:
        server.stop()
        hq.close()
    assert (load(settings).hq.url, load(settings).hq.told) == (address, "https://bag.shop.example")


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("more", "stdin"), [(("--code", "-"), StringIO), (("--code", "-"), Terminal), ((), Terminal)])
def test_the_code_is_read_from_standard_input_so_that_no_list_of_processes_shows_it(
    hq: Hq, url: str, settings: Path, box: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...], stdin: type
) -> None:
    monkeypatch.setattr("sys.stdin", stdin(enrolling.in_groups(code_for(hq, A)) + "\n"))
    assert tote(["enrol", "--hq", url, "--config", str(settings), "--dir", str(box), *more]) == 0
    assert load(settings).store == A


def test_the_question_for_the_code_is_no_part_of_the_json(
    hq: Hq, url: str, settings: Path, box: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(enrolling.in_groups(code_for(hq, A))))
    assert tote(["enrol", "--hq", url, "--config", str(settings), "--dir", str(box), "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["enrolled"] == A and "Code from HQ" in said.err


def test_without_a_code_and_a_terminal_it_says_how_the_code_is_given(
    url: str, settings: Path, box: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(""))
    assert tote(["enrol", "--hq", url, "--config", str(settings), "--dir", str(box)]) == 2
    assert "--code -" in capsys.readouterr().err
    assert not settings.exists()


def test_the_key_is_made_on_the_box_for_the_box_alone(hq: Hq, url: str, settings: Path, box: Path) -> None:
    enrol(url, code_for(hq, A), settings, "--dir", str(box))
    _, certificate, key = load(settings).line_files
    made = x509.load_pem_x509_certificate(certificate.read_bytes())
    assert made.public_key() == load_pem_private_key(key.read_bytes(), None).public_key()
    assert key.stat().st_mode & 0o777 == 0o600 and key.parent.stat().st_mode & 0o777 == 0o700
    assert sorted(path.name for path in key.parent.iterdir()) == ["box.crt", "box.key", "ca.crt"]


def test_settings_that_are_there_keep_every_other_line(hq: Hq, url: str, settings: Path, box: Path) -> None:
    settings.parent.mkdir()
    before = f"""\
# our shop
dir = "{box}"
languages = ["et", "en"]

[screen]
port = 8443  # behind the wall

[hq]
# the old HQ
broker = "old:1883"
url = "http://old"
seal_key = "{"0" * 64}"
verify_key = "{"0" * 64}"

[[station]]
id = "wall-1"
kind = "wall"
"""
    settings.write_text(before)
    settings.chmod(0o640)
    assert enrol(url, code_for(hq, A), settings) == 0
    text, config = settings.read_text(), load(settings)
    assert [line for line in before.splitlines() if line not in text.splitlines()] == [
        'broker = "old:1883"',
        'url = "http://old"',
        f'seal_key = "{"0" * 64}"',
        f'verify_key = "{"0" * 64}"',
    ]
    assert config.screen.port == 8443 and config.station[0].id == "wall-1" and config.hq.url == url
    assert settings.stat().st_mode & 0o777 == 0o640


def test_a_box_of_another_store_is_left_as_it_was(
    hq: Hq, url: str, settings: Path, box: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.parent.mkdir()
    settings.write_text(f'store = "boreal-riga"\ndir = "{box}"\n')
    assert enrol(url, code_for(hq, A), settings) == 2
    assert "boreal-riga" in capsys.readouterr().err
    assert settings.read_text() == f'store = "boreal-riga"\ndir = "{box}"\n'


def test_when_the_answer_got_lost_the_same_command_gets_it(
    hq: Hq, url: str, settings: Path, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signs = code_for(hq, A)
    with monkeypatch.context() as broken:
        broken.setattr("edge.enrolment._opened", lambda *_: (_ for _ in ()).throw(ConfigError("the line broke")))
        assert enrol(url, signs, settings, "--dir", str(box)) == 2
    assert not settings.exists()
    assert enrol(url, signs, settings, "--dir", str(box)) == 0
    assert load(settings).store == A


def test_a_false_hq_that_does_not_know_the_code_is_found_out(
    settings: Path, box: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """It has an authority of its own and answers in the right form: all it lacks is the code."""
    false = open_hq(tmp_path / "false", Config(broker=Broker(address="evil.example:8883")))
    signs = code_for(false, A)
    server = Server("127.0.0.1", 0)
    app = Flask("false")

    @app.post("/enrol")
    def answer() -> Response:
        asked = msgspec.json.decode(request.data, type=enrolling.Request)
        return Response(enrolling.sealed(enrolling.key_of(signs), asked, KNOWN), mimetype="application/json")

    server.start(app)
    assert enrol(f"http://127.0.0.1:{server.port}", "0" * 20, settings, "--dir", str(box)) == 2
    server.stop()
    false.close()
    assert "not your HQ" in capsys.readouterr().err
    assert not settings.exists() and not (box / "line" / "box.crt").exists()


KNOWN = enrolling.Answer(
    v=1, store=A, certificate="", ca="", broker="evil:1", seal_key="0" * 64, verify_key="0" * 64, at=0
)


def test_the_time_that_hq_tells_is_remembered(hq: Hq, url: str, settings: Path, box: Path) -> None:
    enrol(url, code_for(hq, A), settings, "--dir", str(box))
    assert hq.clock() // 1000 - 600 < Floor(box / "heard")() <= hq.clock() // 1000


def test_a_box_that_heard_a_time_too_late_is_put_right_by_enrolling(
    hq: Hq, url: str, settings: Path, box: Path
) -> None:
    box.mkdir()
    Floor(box / "heard").heard(hq.clock() + 4 * 365 * 86_400_000)
    assert enrol(url, code_for(hq, A), settings, "--dir", str(box)) == 0
    assert Floor(box / "heard")() <= hq.clock() // 1000
    assert settings.exists()


@pytest.mark.parametrize(("hq_address", "words"), [("nonsense", "no address"), ("http://127.0.0.1:9", "no HQ answers")])
def test_an_address_that_leads_nowhere_is_named(
    hq_address: str, words: str, settings: Path, box: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enrol(hq_address, "0" * 20, settings, "--dir", str(box)) == 2
    assert words in capsys.readouterr().err


def test_a_code_that_is_none_is_named_before_anybody_is_asked(
    settings: Path, box: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enrol("http://127.0.0.1:9", "ABCD", settings, "--dir", str(box)) == 2
    assert "five groups" in capsys.readouterr().err


def test_json_says_who_the_box_is(
    hq: Hq, url: str, settings: Path, box: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    enrol(url, code_for(hq, A), settings, "--dir", str(box), "--json")
    assert json.loads(capsys.readouterr().out) == {"enrolled": A, "settings": str(settings)}


def secure(box: Path) -> BoxConfig:
    text = f'store = "a"\ndir = "{box}"\n[hq]\nbroker = "a:1"\nurl = "http://a"\ntls = true\n'
    text += f'seal_key = "{"0" * 64}"\nverify_key = "{"0" * 64}"\n[[station]]\nid = "w"\nkind = "wall"\n'
    return parse(text)


def test_a_box_without_its_certificate_does_not_start_in_the_open(box: Path) -> None:
    with pytest.raises(ConfigError, match="tote enrol"):
        line_trust(secure(box), floor_of(box))


def test_a_key_that_others_may_read_is_refused(hq: Hq, url: str, settings: Path, box: Path) -> None:
    enrol(url, code_for(hq, A), settings, "--dir", str(box))
    (box / "line" / "box.key").chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        line_trust(load(settings), floor_of(box))


def test_settings_that_are_no_toml_are_named_before_the_code_is_used(
    hq: Hq, url: str, settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.parent.mkdir()
    settings.write_text("[hq\n")
    signs = code_for(hq, A)
    assert enrol(url, signs, settings) == 2
    assert "no TOML" in capsys.readouterr().err
    settings.unlink()
    assert enrol(url, signs, settings, "--dir", str(settings.parent / "box")) == 0
    assert tomllib.loads(settings.read_text())["store"] == A
