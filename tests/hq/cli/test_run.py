"""tote-hq run as a process: ready in one line, the same keys after a restart, a clean stop."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.hq.waiting import until

TOTE_HQ = Path(sys.executable).with_name("tote-hq")


def start(folder: Path, *more: str) -> "subprocess.Popen[str]":
    command = [str(TOTE_HQ), "run", "--dir", str(folder), "--port", "0", "--json", *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ready(process: "subprocess.Popen[str]") -> dict[str, object]:
    assert process.stdout
    announced: dict[str, object] = json.loads(process.stdout.readline())
    return announced


def stop(process: "subprocess.Popen[str]", number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
    process.send_signal(number)
    out, _ = process.communicate(timeout=20)
    return process.returncode, out


def refused(folder: Path, *more: str) -> tuple[int, str, str]:
    """Exit status, stdout and stderr of one that is to end by itself; one that does not is ended."""
    process = start(folder, *more)
    try:
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    return process.returncode, out, err


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, object]]]:
    """A folder in which one runs, and what it announced."""
    folder = tmp_path_factory.mktemp("running") / "hq"
    process = start(folder)
    yield folder, ready(process)
    assert stop(process) == (0, "")


def test_it_says_that_it_is_ready_and_answers_there(running: tuple[Path, dict[str, object]]) -> None:
    _, announced = running
    assert announced["ready"] is True
    assert {len(str(announced[key])) for key in ("seal_key", "verify_key")} == {64}
    assert requests.get(str(announced["url"]), timeout=10).ok


def test_ctrl_c_stops_it_and_the_next_start_has_the_same_keys(tmp_path: Path) -> None:
    process = start(tmp_path / "hq")
    first = ready(process)
    assert stop(process, signal.SIGINT) == (0, "")
    again = start(tmp_path / "hq")
    second = ready(again)
    stop(again)
    assert (first["seal_key"], first["verify_key"]) == (second["seal_key"], second["verify_key"])


def test_a_second_one_on_the_same_folder_is_refused(running: tuple[Path, dict[str, object]]) -> None:
    folder, _ = running
    code, out, err = refused(folder)
    assert code == 2
    assert "Another `tote-hq run` works in" in err and "Another" in json.loads(out)["error"]


def test_a_port_that_is_taken_is_named_with_the_fix(tmp_path: Path, running: tuple[Path, dict[str, object]]) -> None:
    _, announced = running
    port = str(announced["url"]).rpartition(":")[2]
    code, _, err = refused(tmp_path / "other", "--port", port)
    assert code == 2
    assert f"can't listen on 127.0.0.1:{port}" in err and "--port" in err


def test_a_bad_flag_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    process = start(tmp_path / "hq", "--broker", "nowhere")
    _, err = process.communicate(timeout=20)
    assert process.returncode == 2 and "broker.address must be host:port" in err
    assert not (tmp_path / "hq").exists()


def test_files_that_are_dropped_and_uploaded_are_taken_and_published(tmp_path: Path) -> None:
    drop, settings = tmp_path / "drop", tmp_path / "hq.toml"
    drop.mkdir()
    settings.write_text(f'[doors]\npublish_seconds = 0\n[[drop]]\npath = "{drop}"\nquiet_seconds = 1\n')
    process = start(tmp_path / "hq", "--config", str(settings))
    try:
        url = str(ready(process)["url"])
        (drop / "articles.csv").write_text("sku,price,title_en\nA,5,Boot\n")
        until(lambda: list((drop / "done").glob("*.report.json")), 60)
        opened = [str(TOTE_HQ), "doors", "open", "--json", "--dir", str(tmp_path / "hq"), "--config", str(settings)]
        told = json.loads(subprocess.run(opened, check=True, capture_output=True, text=True).stdout)
        head = {"Authorization": f"Bearer {told['token']}"}
        stock = requests.post(f"{url}/upload", data=b"sku,store,quantity\nA,web,3\n", headers=head, timeout=60)
        assert (stock.status_code, stock.json()["accepted"]) == (200, 1)
        until(lambda: requests.get(f"{url}/feeds/catalogue/head.json", timeout=10).ok, 60)
    finally:
        assert stop(process)[0] == 0
