"""`tote run` as a process: ready in a line, stopped by a signal however often it comes."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import requests

KEY = "09" * 32


def test_it_says_where_it_is_and_stops_however_often_it_is_told_to(tmp_path: Path) -> None:
    """A second signal must not meet the lock that the first one holds."""
    config = tmp_path / "tote.toml"
    config.write_text(
        f'store = "shop"\ndir = "{tmp_path}"\n[screen]\nport = 0\n[hq]\nbroker = "127.0.0.1:9"\n'
        f'url = "http://127.0.0.1:9"\nseal_key = "{KEY}"\nverify_key = "{KEY}"\n'
        '[[station]]\nid = "wall"\nkind = "wall"\n'
    )
    code = "from edge.cli import main; raise SystemExit(main())"
    argv = [sys.executable, "-c", code, "run", "--config", str(config), "--json"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as box:
        assert box.stdout
        ready = json.loads(box.stdout.readline())
        assert requests.get(f"{ready['url']}/s/wall/state.json", timeout=5).json()["screen"] == "attract"
        for _ in range(200):
            box.send_signal(signal.SIGTERM)
        assert box.wait(10) == 0
