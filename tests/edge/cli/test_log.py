"""`tote log verify`: what is broken, and how the logs before this one ended; `tote run` on a disk that fails."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from edge.cli import doctor_disk, main, status
from edge.cli.log import ended
from edge.config import ConfigError
from edge.domain.events import VisitStarted
from edge.store import Database, EventLog
from tests.edge.store.logs import append_many, receipt_for
from tests.edge.store.test_salvage import root_of


@pytest.fixture
def forked(tmp_path: Path) -> Path:
    """Forked at 7, moved to another machine, damaged at 2 there, and trimmed."""
    path = tmp_path / "store.db"
    with Database(path) as database:
        log = EventLog(database, "os:here")
        append_many(database, log, 1, 9)
        log.keep(receipt_for(log, 6, trim_to=4))
        log.trim()
        log.forked(7)
        log = EventLog(database, "os:there")
        database.write(lambda db: db.conn.execute("UPDATE event SET body = '{}' WHERE life = 3 AND n = 4"))
        EventLog(database, "os:there")
    return path


def test_every_past_log_is_named_with_its_end_and_the_first_diverging_number(
    forked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["log", "verify", "--db", str(forked), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["first_broken"], found["cut"], found["receipted"], found["head"]) == (None, 0, 0, 5)
    first, second, third = found["past"]
    assert (first["why"], first["forked_at"], first["head"], first["cut"]) == ("fork", 7, 6, 4)
    assert (second["why"], second["forked_at"], second["left_out"]) == ("machine", 1, [])
    assert (third["why"], third["forked_at"], third["left_out"]) == ("damage", 4, [4])
    assert len({found["log"], first["log"], second["log"], third["log"]}) == 4


def test_the_same_in_words(forked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log", "verify", "--db", str(forked)]) == 0
    said = capsys.readouterr().out
    assert "HQ has other events from number 7 on (a copied card, or older data put back); nothing is lost" in said
    assert "found on another machine" in said
    assert "damaged on the disk from event 4 on; damaged and left out: 4; 1 that HQ had not confirmed" in said
    assert "all 2 events are whole (1 to 4 are at HQ in a backup, and forgotten here), HQ has 6" in said


def test_damage_in_a_past_log_fails_too(forked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Database(forked) as database:
        database.write(lambda db: db.conn.execute("DELETE FROM event WHERE life = 1 AND n = 6"))
    assert main(["log", "verify", "--db", str(forked), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["first_broken"], found["past"][0]["first_broken"]) == (None, 6)


def test_a_damaged_past_log_is_said_with_what_it_means_until_it_is_forgotten(
    forked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Database(forked) as database:
        database.write(lambda db: db.conn.execute("UPDATE event SET body = '{}' WHERE life = 1 AND n = 5"))
        assert main(["log", "verify", "--db", str(forked)]) == 1
        said = capsys.readouterr().out
        assert "HQ has it; it can't be sent again to an HQ that is restored" in said and "tote-hq backup" in said
        past = EventLog(database).past()[0]
        past.keep(receipt_for(past, 6, trim_to=6))
        while past.trim():
            pass
    assert main(["log", "verify", "--db", str(forked)]) == 0, "HQ has it in a backup"


def test_damage_further_back_in_the_present_log_says_whether_hq_has_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Database(tmp_path / "store.db") as database:
        log = EventLog(database)
        append_many(database, log, 1, 9)
        log.keep(receipt_for(log, 6))
        for n, words in ((7, "it goes on behind the damage"), (5, "HQ has it")):
            database.write(lambda db, n=n: db.conn.execute(f"UPDATE event SET body = '{{}}' WHERE n = {n}"))  # type: ignore[misc]
            assert main(["log", "verify", "--db", str(tmp_path / "store.db")]) == 1
            assert words in capsys.readouterr().out


def test_an_ended_log_without_events_of_its_own_says_where_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "store.db"
    with Database(path) as database:
        log = EventLog(database)
        append_many(database, log, 1, 3)
        old = log.log_id
        log.forked(1)
        new = log.log_id
    assert main(["log", "verify", "--db", str(path)]) == 0
    said = capsys.readouterr().out
    assert f"log {old}: moved to log {new}" in said and "all 0 events" not in said


def malformed(path: Path) -> None:
    """The outermost page of the events makes no sense."""
    with Database(path) as database:
        append_many(database, EventLog(database), 1, 200)
    data = bytearray(path.read_bytes())
    data[root_of(path, "event")] ^= 0xFF
    path.write_bytes(data)


def test_who_only_looks_at_a_malformed_file_is_told_to_start_the_box(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    malformed(path := tmp_path / "store.db")
    assert main(["log", "verify", "--db", str(path)]) == 1
    said = capsys.readouterr()
    assert "event 1 of log" in said.out and "can't be read: the file is damaged: start the box" in said.out
    assert main(["log", "--db", str(path)]) == 2
    said = capsys.readouterr()
    assert "starts anew by itself" not in said.err + caplog.text and "when it starts" in said.err
    assert not path.with_name("store.db-failed").exists()


def test_the_doctor_agrees_and_looks_at_past_logs_too(tmp_path: Path, forked: Path) -> None:
    malformed(path := tmp_path / "other.db")
    finding = doctor_disk._chain(path)
    assert not finding.ok and "start the box" in finding.remedy and "restore a backup" not in finding.remedy
    assert doctor_disk._chain(forked).ok
    with Database(forked) as database:
        database.write(lambda db: db.conn.execute("UPDATE event SET body = '{}' WHERE life = 1 AND n = 5"))
    finding = doctor_disk._chain(forked)
    assert not finding.ok and "HQ has it" in finding.words


def test_people_are_shown_the_beginning_of_a_long_body_and_programs_all_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "store.db"
    with Database(path) as database:
        log = EventLog(database)
        event = VisitStarted(visit="a" * 3000, station="wall", language="en")
        database.write(lambda db: log.append(db, event, event_id="1" * 32, at=1))
    assert main(["log", "--db", str(path)]) == 0
    assert len(capsys.readouterr().out) < 250
    assert main(["log", "--db", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["body"]["visit"] == "a" * 3000


def test_the_status_asks_the_box_of_the_settings(tmp_path: Path) -> None:
    config = tmp_path / "tote.toml"
    config.write_text(
        f'store = "shop"\ndir = "{tmp_path}"\n[screen]\nhost = "0.0.0.0"\nport = 9\n[hq]\nbroker = "127.0.0.1:9"\n'
        f'url = "http://127.0.0.1:9"\nseal_key = "{"09" * 32}"\nverify_key = "{"09" * 32}"\n'
        '[[station]]\nid = "wall"\nkind = "wall"\n'
    )
    assert status.box_of(config) == "http://127.0.0.1:9"
    assert main(["status", "--config", str(config)]) == 2
    with pytest.raises(ConfigError):
        status.box_of(tmp_path / "missing.toml")


def test_a_file_that_is_no_database_is_said_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "store.db").write_bytes(b"no database" * 1000)
    assert main(["log", "verify", "--db", str(tmp_path / "store.db")]) == 2
    said = capsys.readouterr().err
    assert "the file is damaged" in said and "Traceback" not in said


def test_how_a_log_ended_is_said_in_one_line() -> None:
    end = {"log": "ab", "why": "fork", "forked_at": 3, "at": 0, "left_out": [], "lost": 0}
    assert ended(end).startswith("log ab ended 1970-01-01 00:00 UTC: HQ has other events from number 3 on")


def test_a_box_whose_disk_fails_ends_with_the_reason_so_that_it_is_started_anew(tmp_path: Path) -> None:
    if not shutil.which("strace"):
        pytest.skip("needs strace to make the disk fail")
    config = tmp_path / "tote.toml"
    config.write_text(
        f'store = "shop"\ndir = "{tmp_path}"\n[screen]\nport = 0\n[hq]\nbroker = "127.0.0.1:9"\n'
        f'url = "http://127.0.0.1:9"\nseal_key = "{"09" * 32}"\nverify_key = "{"09" * 32}"\n'
        '[[station]]\nid = "wall"\nkind = "wall"\n'
    )
    program = "import sys; from edge.cli import main; sys.exit(main())"
    tote = [sys.executable, "-c", program, "run", "--json", "--config", str(config)]
    box = subprocess.Popen(tote, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path.cwd())
    assert box.stdout and box.stderr
    try:
        url = json.loads(box.stdout.readline())["url"]
        fail = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO"]
        tracer = subprocess.Popen([*fail, "-p", str(box.pid)], stderr=subprocess.PIPE, text=True)
        _touch_until_it_ends(url, box, tracer)
        said = box.stderr.read()
        assert box.wait(timeout=60) == 2, said
        assert "tote run: " in said and "the disk of the box fails" in said
        tracer.wait(timeout=60)
        assert tracer.stderr
        tracer.stderr.close()
    finally:
        if box.poll() is None:
            os.kill(box.pid, signal.SIGKILL)
            box.wait()
        box.stdout.close()
        box.stderr.close()
    with Database(tmp_path / "store.db") as database:
        assert EventLog(database).first_broken() is None


def _touch_until_it_ends(url: str, box: "subprocess.Popen[str]", tracer: "subprocess.Popen[str]") -> None:
    """Somebody looks for boots until the box has had enough."""
    until = time.monotonic() + 60
    while box.poll() is None and time.monotonic() < until:
        if tracer.poll() is not None:
            pytest.skip("strace may not trace another process here")
        with suppress(requests.RequestException):
            requests.post(f"{url}/s/wall/language", data={"language": "en"}, headers={"Origin": url}, timeout=5)
        time.sleep(0.05)
