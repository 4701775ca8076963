"""Every figure that a rule or a panel asks for is one that box or HQ tells."""

import json
import re
import shutil
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from hq.figures import Figures
from hq.service import open_hq
from tests.edge.watching.a_box import running

ROOT = Path(__file__).parents[2] / "docs" / "watching"
ALERTS, DASHBOARD = ROOT / "tote-alerts.yml", ROOT / "tote-dashboard.json"
PROMTOOL = shutil.which("promtool")
NAME = re.compile(r"\b(?:tote|process)_[a-z_]+\b")
SILENT = {"tote_temperature_celsius", "tote_clock_skew_seconds"}
"""What not every machine tells, or not before the first receipt."""


def rules() -> list[dict[str, str]]:
    return [rule for group in yaml.safe_load(ALERTS.read_text("utf-8"))["groups"] for rule in group["rules"]]


def asked() -> set[str]:
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    expressions = [target["expr"] for panel in panels for target in panel.get("targets", ())]
    return {name for text in (*expressions, *(rule["expr"] for rule in rules())) for name in NAME.findall(text)}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of both, as they stand in the lines and, where there is no line yet, in the types."""
    with running(tmp_path_factory.mktemp("box")) as box:
        text = box._watch.figures().decode()
    with closing(open_hq(tmp_path_factory.mktemp("hq"))) as hq:
        text += Figures(hq, lambda: True).text().decode()
    typed = re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE)
    counted = {f"{name}{end}" for name, kind in typed if kind == "histogram" for end in ("_bucket", "_count", "_sum")}
    return {name for name, _ in typed} | counted | set(NAME.findall(text))


def test_every_figure_of_the_rules_and_the_dashboard_is_told(told: set[str]) -> None:
    assert len(asked()) > 25
    assert sorted(asked() - told - SILENT) == []


def test_what_is_told_only_sometimes_is_told_by_that_name() -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT.parents[1] / "edge" / "watching").glob("*.py"))
    assert [name for name in SILENT if f'"{name}"' not in source] == []


def test_every_rule_says_what_is_wrong_and_what_to_do() -> None:
    assert [
        rule["alert"] for rule in rules() if not all(rule["annotations"].get(key) for key in ("summary", "remedy"))
    ] == []  # type: ignore[attr-defined]


@pytest.mark.skipif(PROMTOOL is None, reason="promtool comes with Debian's package prometheus, which is not installed")
def test_prometheus_has_nothing_to_say_about_the_rules() -> None:
    done = subprocess.run([str(PROMTOOL), "check", "rules", str(ALERTS)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
