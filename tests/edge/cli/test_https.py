"""A box within others' reach: https, what `tote https` tells of it, and that this machine goes on as before."""

import json
import ssl
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
import requests

from edge.box import Box
from edge.cli import main as tote
from edge.config_file import load, parse
from tests.edge.test_readers_elsewhere import SETTINGS


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "tote.toml"
    text = SETTINGS.replace("port = 0", 'port = 0\nhttps = true\nhosts = ["tote.local"]')
    path.write_text(f"dir = {json.dumps(str(tmp_path))}\n{text}")
    return path


@pytest.fixture
def box(settings: Path) -> Iterator[Box]:
    box = Box(load(settings))
    box.start()
    yield box
    box.stop()


def test_a_browser_that_trusts_the_boxs_authority_opens_its_pages(
    box: Box, settings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "given.crt"
    assert tote(["https", "ca", "--config", str(settings), "--out", str(out)]) == 0
    assert box.url.startswith("https://")
    assert requests.get(f"{box.url}/s/tablet", verify=str(out), timeout=5).status_code == 200
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{box.url}/s/tablet", timeout=5)
    plain = requests.get(f"{box.url.replace('https', 'http')}/status.json", timeout=5)
    assert plain.json()["store"] == "shop", "`tote status` and the box's own screen"
    capsys.readouterr()
    assert tote(["https", "ca", "--config", str(settings)]) == 0
    assert capsys.readouterr().out == out.read_text()


def test_the_command_tells_who_vouches_for_what_and_until_when(
    box: Box, settings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tote(["https", "show", "--config", str(settings), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["https"], told["by"]) == (True, "the box itself")
    assert {"tote.local", "localhost", "127.0.0.1"} <= set(told["names"])
    assert tote(["https", "show", "--config", str(settings)]) == 0
    said = capsys.readouterr().out
    assert "tote.local" in said and told["authority"] in said
    der = ssl.PEM_cert_to_DER_cert((tmp_path / "https" / "ca.crt").read_text())
    assert told["authority"].replace(":", "").lower() == sha256(der).hexdigest()


def test_before_the_first_start_it_says_what_to_do(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tote(["https", "show", "--config", str(settings)]) == 2
    assert "start the box" in capsys.readouterr().err


def test_the_shops_own_certificate_is_shown_instead(box: Box, settings: Path, tmp_path: Path) -> None:
    """Here the files of another folder stand in for those that a shop brings."""
    certificate, key = tmp_path / "https" / "box.crt", tmp_path / "https" / "box.key"
    own = f'https = true\ncertificate = "{certificate}"\nkey = "{key}"'
    text = SETTINGS.replace("port = 0", f"port = 0\n{own}")
    another = Box(parse(f"dir = {json.dumps(str(tmp_path / 'other'))}\n{text}"))
    another.start()
    try:
        ca = str(tmp_path / "https" / "ca.crt")
        assert requests.get(f"{another.url}/status.json", verify=ca, timeout=5).ok
        assert not (tmp_path / "other" / "https").exists()
    finally:
        another.stop()


@pytest.mark.parametrize(
    ("screen", "https"),
    [("", False), ('host = "0.0.0.0"', True), ('host = "0.0.0.0"\nhttps = false', False), ("https = true", True)],
)
def test_screens_that_others_can_reach_are_secure(screen: str, https: bool) -> None:
    assert parse(SETTINGS.replace("port = 0", f"port = 0\n{screen}")).https is https
