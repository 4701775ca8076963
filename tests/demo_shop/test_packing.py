"""A wheel carries the built assets, or is not built."""

from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from hatch_build import WANTED, AssetsHook

ROOT = Path(__file__).parents[2]


def hook(root: Path) -> AssetsHook:
    return AssetsHook(str(root), {}, None, None, "", "wheel")  # type: ignore[arg-type]


def test_a_wheel_without_assets_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as refused:
        hook(tmp_path).initialize("standard", {})
    assert "\n" not in str(refused.value)
    assert "kiosk/static/kiosk.js is not built: run scripts/setup" in str(refused.value)


def test_an_editable_install_needs_no_assets(tmp_path: Path) -> None:
    hook(tmp_path).initialize("editable", {})


def test_a_wheel_carries_what_was_built() -> None:
    if not all((ROOT / path).is_file() for path in WANTED):
        pytest.skip("assets are not built: scripts/build-assets")
    packed = {file.relative_path for file in WheelBuilder(str(ROOT)).recurse_included_files()}
    assert packed >= set(WANTED)
    assert "edge/demo/shop/theme.toml" in packed
    assert not [
        path for path in packed if path.startswith(("kiosk/frontend", "node_modules")) or path.endswith(".mjml")
    ]
