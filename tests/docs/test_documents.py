"""What the documents say is there, is there."""

import re
import runpy
from contextlib import closing
from pathlib import Path

import pytest

from edge.cli import COMMANDS
from edge.config_file import parse
from hq.config_file import parse as parse_hq
from hq.service import open_hq
from hq.web import create_app

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_leads_to_a_file(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_readme_begins_with_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    first = re.findall(r"```sh\n(.*?)```", readme, re.DOTALL)[0]
    commands = [line.split()[0] for line in first.strip().splitlines()]
    assert commands == ["scripts/demo", "scripts/test"]
    assert all((ROOT / command).stat().st_mode & 0o111 for command in commands)


def test_the_readme_names_every_command_of_the_box() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = re.search(r"^tote (\S+)$", readme, re.MULTILINE)
    assert named and set(named[1].split("|")) == set(COMMANDS)


def test_the_settings_in_the_guide_can_be_used() -> None:
    guide = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    example = re.search(r"```toml\n(.*?)```", guide, re.DOTALL)
    assert example
    config = parse(re.sub(r'_key = "…"', f'_key = "{"09" * 32}"', example[1]))
    assert config.reader[0].options == {"path": "/dev/serial/by-id/usb-…"}


def _hq_part() -> str:
    guide = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    found = re.search(r"^## HQ$.*?(?=^## )", guide, re.DOTALL | re.MULTILINE)
    assert found
    return found[0]


def test_the_page_of_the_settings_is_what_their_definitions_say() -> None:
    page = runpy.run_path(str(ROOT / "scripts" / "config_page.py"))["page"]()
    assert (ROOT / "docs" / "config.md").read_text(encoding="utf-8") == page, "run scripts/config_page.py"


def test_the_settings_of_hq_in_the_guide_can_be_used() -> None:
    example = re.search(r"```toml\n(.*?)```", _hq_part(), re.DOTALL)
    assert example
    config = parse_hq(example[1])
    assert f"reverse_proxy {config.web.host}:{config.web.port}\n" in _hq_part()


def test_the_proxy_of_the_guide_passes_on_what_is_public_and_nothing_else(tmp_path: Path) -> None:
    found = re.search(r"@public path (.*)", _hq_part())
    assert found
    passed = [pattern.removesuffix("*") for pattern in found[1].split() if pattern.endswith("*")]
    with closing(open_hq(tmp_path)) as hq:
        routes = {str(rule): rule.endpoint for rule in create_app(hq).url_map.iter_rules()}
    public = {path for path in routes if path in found[1].split() or path.startswith(tuple(passed))}
    assert public == {path for path, endpoint in routes.items() if not endpoint.startswith(("staff.", "health."))}


def test_the_architecture_page_names_every_package() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    packages = [path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name not in ("tests", "bench")]
    assert [name for name in packages if name not in page] == []
