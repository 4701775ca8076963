"""What `tote doctor` finds on the disk and of the clock, and the bundle that it writes for support."""

import json
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge.cli import doctor_clock, doctor_disk, main
from edge.cli.doctor_bundle import without_people
from edge.cli.doctor_disk import examine_disk
from edge.cli.doctor_line import _certificate
from edge.cli.selftest.answers import Finding
from edge.clock import BUILT
from edge.config_file import load
from tests.edge.cli.test_programs import config, logged
from tests.torture.needles import Needles

__all__ = ["config"]
PEOPLE = ["liisa.tamm@kauplus.example.ee", "hans.mueller@versand.example.de", "+3725123456", "+49 170 1234567"]


def findings(config: Path) -> dict[str, Finding]:
    return {finding.what: finding for finding in examine_disk(load(config), config)}


@pytest.fixture
def box(config: Path, tmp_path: Path) -> Path:
    """The settings of a box with a sound log."""
    for file in (logged(tmp_path, 3), config):
        file.chmod(0o600)
    return config


def test_a_sound_box_has_nothing_to_mend_on_its_disk(box: Path) -> None:
    told = findings(box)
    assert [what for what, finding in told.items() if not finding.ok] == []
    assert "3 events" in told["log"].words
    assert "every page is whole" in told["database"].words


def test_a_damaged_page_is_found_and_what_mends_it(box: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "store.db")) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    octets = bytearray((tmp_path / "store.db").read_bytes())
    octets[4096 + 8 : 4096 + 600] = b"\xff" * 592
    (tmp_path / "store.db").write_bytes(octets)
    told = findings(box)["database"]
    assert not told.ok
    assert "tote run" in told.remedy


def test_a_log_of_writes_that_does_not_get_shorter_is_found(
    box: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor_disk, "LONG_WAL", 10)
    with closing(sqlite3.connect(tmp_path / "store.db")) as db:
        db.execute("PRAGMA user_version = 7")
        db.commit()
        assert "restart the box" in findings(box)["database"].remedy


def test_files_that_others_may_read_are_named_with_the_command(box: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "line").mkdir()
    for name in ("line/box.key", "staff.json"):
        (tmp_path / name).write_text("x")
        (tmp_path / name).chmod(0o644)
    told = findings(box)["rights"]
    assert not told.ok
    assert f"chmod 600 {tmp_path}/line/box.key" in told.remedy and f"chmod 600 {tmp_path}/staff.json" in told.remedy
    tmp_path.chmod(0o700)
    assert findings(box)["rights"].ok, "a folder that others may not enter keeps them out"


@pytest.mark.parametrize(
    ("beside_hq", "ok", "words"),
    [(0, True, "+0 s beside HQ's"), (-4000, False, "-4,000 s beside HQ's"), (None, True, "UTC")],
)
def test_the_clock_is_held_against_hqs(
    box: Path, monkeypatch: pytest.MonkeyPatch, beside_hq: int | None, ok: bool, words: str
) -> None:
    now = BUILT + 86_400.0
    monkeypatch.setattr(doctor_clock.time, "time", lambda: now)
    monkeypatch.setattr(doctor_clock, "_of_hq", lambda url: None if beside_hq is None else now - beside_hq)
    told = doctor_clock.examine_clock(load(box))
    assert (told.ok, words in told.words) == (ok, True)


def test_a_clock_of_long_ago_is_found_without_hq(box: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_clock.time, "time", lambda: 86_400.0)
    told = doctor_clock.examine_clock(load(box))
    assert (told.ok, "timedatectl" in told.remedy) == (False, True)


@pytest.mark.parametrize(("days", "ok"), [(400, True), (20, False), (-1, False)])
def test_a_certificate_that_ends_soon_is_a_finding(tmp_path: Path, days: int, ok: bool) -> None:
    path = tmp_path / "box.crt"
    path.write_bytes(certificate(days))
    told = _certificate(path, "this box's certificate")
    assert (told.ok, "tote enrol" in told.remedy) == (ok, not ok)


def certificate(days: int) -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ed25519

    key, name, now = ed25519.Ed25519PrivateKey.generate(), x509.Name([]), datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=500)).not_valid_after(now + timedelta(days=days))
    return made.sign(key, None).public_bytes(serialization.Encoding.PEM)


# ---- the bundle ------------------------------------------------------------------------------------------------------


@pytest.fixture
def bundle(box: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tarfile.TarFile]:
    """Of a box whose logs, against all rules, hold people."""
    told = "\n".join(f"2026-12-01T10:00:00 box tote[1]: sent to {person}, ok" for person in PEOPLE)
    monkeypatch.setattr(
        "edge.cli.doctor_bundle.COMMANDS", {"journal.txt": ("echo", told), "usb.txt": ("no-such-tool",)}
    )
    box.write_text(
        box.read_text()
        + f'[[reader]]\nname = "cam"\nstation = "wall"\ndriver = "camera"\nsource = "rtsp://joe:secret@10.0.0.9/{PEOPLE[0]}"\n'
    )
    path = tmp_path / "bundle.tar.gz"
    assert main(["doctor", "--config", str(box), "--bundle", str(path), "--json"]) == 1
    assert path.stat().st_mode & 0o777 == 0o600
    with tarfile.open(path) as opened:
        yield opened


def contents(bundle: tarfile.TarFile) -> dict[str, str]:
    files = {member.name.rpartition("/")[2]: bundle.extractfile(member) for member in bundle.getmembers()}
    return {name: file.read().decode() for name, file in files.items() if file}


def test_the_bundle_holds_what_support_needs(bundle: tarfile.TarFile, capsys: pytest.CaptureFixture[str]) -> None:
    told = contents(bundle)
    assert {"findings.json", "settings.txt", "events.json", "packages.txt", "journal.txt", "status.json"} <= told.keys()
    assert {json.loads(line)["what"] for line in told["findings.json"].splitlines()} >= {
        "disk",
        "log",
        "clock",
        "steal",
    }
    assert json.loads(told["events.json"])["count"] == 3
    assert 'hq.broker = "127.0.0.1:9"' in told["settings.txt"]
    assert told["status.json"].startswith("not to be had: "), "no box runs, which says something too"
    assert told["usb.txt"] == "there is no no-such-tool here"
    assert "flask" in told["packages.txt"].lower()


def test_the_bundle_holds_nobody_and_no_password(bundle: tarfile.TarFile) -> None:
    told = "\n".join(contents(bundle).values())
    assert "sent to (mail), ok" in told and "sent to (phone), ok" in told
    assert sorted({who for who, _ in Needles(PEOPLE).within(told.encode())}) == []
    assert "secret" not in told


def test_a_bundle_that_cannot_be_written_is_told(box: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--config", str(box), "--bundle", str(tmp_path / "none" / "x.tar.gz")]) == 2
    assert "can't be written" in capsys.readouterr().err


def test_what_is_no_address_stays() -> None:
    text = "getty@tty1.service 2026-12-01T10:00:00.123 logo@2x.png tote/1/down/tallinn n=4711 +0 s"
    assert without_people(text) == text
