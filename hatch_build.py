"""Packs the built assets: runs scripts/build-assets where Node is, and refuses to build a distribution without them."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WANTED = (
    "kiosk/static/kiosk.js",
    "kiosk/static/kiosk.css",
    "kiosk/static/camera/worker.js",
    "kiosk/static/camera/zxing_reader.wasm",
    "hq/static/hq.css",
    "hq/static/shop/tote.js",
    "hq/mail/compiled/basket.html",
    "edge/demo/shop/logo.png",
    "edge/demo/shop/pictures/rannik-boot-amber.webp",
)


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]
    """An editable install is left alone: scripts/setup builds its assets after it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        if shutil.which("node") and (root / "node_modules").is_dir():
            subprocess.run([root / "scripts/build-assets", "--all"], check=True)
        missing = [path for path in WANTED if not (root / path).is_file()]
        if missing:
            raise SystemExit(f"tote: {missing[0]} is not built: run scripts/setup (it needs Node), then build again")
