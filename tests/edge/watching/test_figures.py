"""/metrics and /health of a box: they tell what happened, and to whom they may."""

from pathlib import Path

import pytest
import requests

from edge.box import Box
from edge.shop.screens import Browse
from edge.watching import machine
from tests.edge.watching.a_box import figures, running, scan

ARTICLE, UNKNOWN = "9506000134352", "4006381333931"
DEVICE = '[[reader]]\nname = "gun"\nstation = "wall"\ndriver = "barcode_serial"\npath = "/dev/none"\n'


def test_a_scan_is_counted_by_reader_and_outcome_and_its_way_is_timed(tmp_path: Path) -> None:
    with running(tmp_path) as box:
        before = figures(box)
        scan(box, ARTICLE)
        scan(box, UNKNOWN, reader="somebody's own name")
        box.shop.find("tablet", Browse(query="boot"))
        after = figures(box)
    assert after['tote_scans_total{outcome="article",reader="cam"}'] == 1
    assert after['tote_scans_total{outcome="unknown-code",reader="other"}'] == 1
    for name in ("tote_scan_seconds_count", "tote_commit_seconds_count"):
        assert after[name] >= before[name] + 2
    assert after["tote_search_seconds_count"] == 1
    assert 0 < after["tote_scan_seconds_sum"] < 30


def test_the_log_the_feeds_and_the_readers_are_told(tmp_path: Path) -> None:
    with running(tmp_path, DEVICE) as box:
        scan(box, ARTICLE)
        told = figures(box)
    assert told["tote_line_up"] == 0
    assert told["tote_outbox_events"] == told["tote_events"] > 0
    assert 0 <= told["tote_outbox_oldest_seconds"] < 60
    assert told['tote_feed_version_n{feed="catalogue"}'] == 7
    assert told['tote_feed_timestamp_seconds{feed="catalogue"}'] > 1_700_000_000
    assert told['tote_reader_up{driver="barcode_serial",reader="gun"}'] == 0
    assert told["tote_disk_free_bytes"] > 0
    assert told['tote_store_bytes{file="database"}'] > 0
    assert told['tote_info{store="shop",version="0.1.0"}'] == 1
    assert told["process_resident_memory_bytes"] > 1e7


def test_an_open_screen_is_counted_and_its_paint_timed(tmp_path: Path) -> None:
    with running(tmp_path) as box:
        assert figures(box)["tote_streams"] == 0
        with requests.get(f"{box.url}/s/tablet/stream", stream=True, timeout=5) as stream:
            lines = stream.iter_lines()
            next(lines)
            scan(box, ARTICLE)
            for line in lines:
                if b"Trail boot" in line:
                    break
            told = figures(box)
    assert told["tote_streams"] == 1
    assert told["tote_streams_limit"] == 64
    assert told["tote_paint_seconds_count"] >= 1


def test_a_box_is_ready_without_a_line_and_not_where_a_part_is_stuck(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(tmp_path, catalogue=False) as box:
        assert requests.get(f"{box.url}/health/live", timeout=5).json() == {"live": True}
        well = requests.get(f"{box.url}/health/ready", timeout=5)
        assert (well.status_code, well.json()) == (200, {"ready": True, "stuck": [], "release": ""})
        _stop_the_outbox(box, monkeypatch)
        stuck = requests.get(f"{box.url}/health/ready", timeout=15)
        assert (stuck.status_code, stuck.json()) == (503, {"ready": False, "stuck": ["outbox"], "release": ""})


def _stop_the_outbox(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its thread comes round no more."""
    box._sync._stopping.set()
    box._sync.wake()
    box._sync._thread.join(5)
    monkeypatch.setattr("edge.watching.vitals.PATIENCE", 0.5)


def test_the_figures_are_for_this_machine_and_for_who_has_the_token(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    with running(tmp_path, f'[metrics]\ntoken_file = "{secret}"\n', catalogue=False) as box:
        url, elsewhere = f"{box.url}/metrics", {"X-Forwarded-For": "203.0.113.7"}
        assert requests.get(url, timeout=5).status_code == 200
        refused = requests.get(url, headers=elsewhere, timeout=5)
        assert (refused.status_code, "metrics.token_file" in refused.text) == (403, True)
        for shown, status in (("", 403), ("wrong", 403), ("open sesame", 200)):
            secret.write_text("open sesame\n")
            asked = requests.get(url, headers={**elsewhere, "Authorization": f"Bearer {shown}"}, timeout=5)
            assert asked.status_code == status
        secret.unlink()
        asked = requests.get(url, headers={**elsewhere, "Authorization": "Bearer "}, timeout=5)
        assert asked.status_code == 403


def test_the_hottest_part_counts_and_a_machine_that_tells_none_has_none(tmp_path: Path) -> None:
    assert machine.temperature(tmp_path) is None
    for zone, said in (("thermal_zone0", "41000\n"), ("thermal_zone1", "56500\n"), ("thermal_zone2", "asleep")):
        (tmp_path / zone).mkdir()
        (tmp_path / zone / "temp").write_text(said)
    assert machine.temperature(tmp_path) == 56.5


def test_whether_the_clock_was_set_is_known_where_a_time_server_is_asked(tmp_path: Path) -> None:
    mark = tmp_path / "timesync" / "synchronized"
    assert machine.clock_was_set(mark) is None
    mark.parent.mkdir()
    assert machine.clock_was_set(mark) is False
    mark.touch()
    assert machine.clock_was_set(mark) is True
