"""What `tote doctor` finds of the box's backups."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge.backup import make
from edge.cli.doctor_backup import examine_backup
from edge.config import Config
from tests.edge.backup.test_backup import settings
from tests.edge.cli.test_programs import logged

TAKEN = datetime(2026, 11, 30, 3, 15, tzinfo=UTC)


@pytest.fixture
def box(tmp_path: Path) -> Config:
    config, path = settings(tmp_path)
    logged(tmp_path, 3)
    make(config, path, tmp_path / "backups", now=int(TAKEN.timestamp() * 1000))
    return config


@pytest.mark.parametrize(("days", "ok"), [(0.5, True), (2.9, True), (3.1, False), (400, False)])
def test_a_backup_of_long_ago_is_told_with_what_makes_another(box: Config, days: float, ok: bool) -> None:
    told = examine_backup(box, now=TAKEN + timedelta(days=days))
    assert told.ok is ok and "2026-11-30 03:15 UTC" in told.words
    assert ("systemctl start tote-backup" in told.remedy) is not ok


def test_a_box_of_today_needs_none_yet_and_one_of_last_week_does(tmp_path: Path) -> None:
    config, _ = settings(tmp_path)
    assert examine_backup(config, now=TAKEN).ok, "nothing was recorded"
    logged(tmp_path, 1)
    began = datetime.fromtimestamp(0, UTC)
    assert examine_backup(config, now=began + timedelta(days=1)).ok
    told = examine_backup(config, now=began + timedelta(days=7))
    assert not told.ok and "there is none" in told.words
