"""`tote doctor --steal` over the files of a box."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from edge.cli import main
from edge.cli.steal import places

MAIL = "liisa.tamm@kauplus.example.ee"
KEY = "09" * 32


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings that name a sender; nothing else of this machine is looked at."""
    monkeypatch.setattr(places, "ELSEWHERE", ())
    monkeypatch.setattr(places.tempfile, "gettempdir", lambda: str(tmp_path / "nowhere"))
    (tmp_path / "tote.toml").write_text(
        f'# questions: help@aurora.example\nstore = "shop"\ndir = "{tmp_path}"\n[hq]\nbroker = "127.0.0.1:9"\n'
        f'url = "http://127.0.0.1:9"\nseal_key = "{KEY}"\nverify_key = "{KEY}"\n'
        '[[station]]\nid = "wall"\nkind = "wall"\n'
    )
    (tmp_path / "box.log").write_text("the settings say help@aurora.example\n")
    return tmp_path


def findings(box: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[dict[str, object]]]:
    status = main(["doctor", "--steal", "--json", "--config", str(box / "tote.toml")])
    return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_box_that_knows_nobody_is_sound(box: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = findings(box, capsys)
    assert (status, [(line["ok"], line["files"]) for line in said]) == (0, [(True, 2)])


def test_an_address_in_any_file_is_named_with_its_place_and_not_told(
    box: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (box / "deep").mkdir()
    (box / "deep" / "core.123").write_bytes(b"\0" * 70 + MAIL.encode() + b"\0")
    status, said = findings(box, capsys)
    assert (status, said[0]["file"], said[0]["offset"], said[0]["kind"]) == (1, f"{box}/deep/core.123", 70, "mail")
    assert said[0]["masked"] == "l…@kauplus.example.ee"


def test_a_person_reads_it_too(box: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (box / "note").write_text(MAIL)
    assert main(["doctor", "--steal", "--config", str(box / "tote.toml")]) == 1
    said = capsys.readouterr().out
    assert "MEND  steal" in said
    assert "1 traces of people" in said and MAIL not in said


def test_a_picture_as_hq_published_it_is_not_searched_but_one_that_was_changed_is(
    box: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn = f"<svg>by {MAIL}</svg>".encode()
    (box / "pictures").mkdir()
    (box / "pictures" / f"{sha256(drawn).hexdigest()}.svg").write_bytes(drawn)
    assert findings(box, capsys)[0] == 0
    (box / "pictures" / f"{'ab' * 32}.svg").write_bytes(drawn)
    assert findings(box, capsys)[0] == 1
