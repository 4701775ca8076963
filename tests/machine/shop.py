"""A box on one machine, HQ with its broker on another: how they are set up, asked and told."""

import json
import shutil
from pathlib import Path
from typing import Any

from tests.machine.asking import answers, until
from tests.machine.machine import Machine

FILES = Path(__file__).parents[2] / "edge/demo/shop"
STORE = "aurora-tallinn"
BROKER, WEB, PORT = 28883, 28090, 28081
HQ, BOX = f"http://127.0.0.1:{WEB}", f"http://127.0.0.1:{PORT}"
WALL = f"{BOX}/s/wall"
SETTINGS = f"""
[web]
port = {WEB}
public_url = "{HQ}"
[broker]
address = "127.0.0.1:{BROKER}"
public = "127.0.0.1:{BROKER}"
tls = true
reload = "systemctl reload mosquitto"
"""
DROP_INS = "etc/systemd/system/{unit}.service.d/own.conf"


def installed(machine: Machine, package: Path) -> None:
    shutil.copy(package, machine.root / "root/tote.deb")
    machine.do("apt-get", "install", "-qq", "-y", "--no-install-recommends", "/root/tote.deb")
    assert machine.do("tote", "--help").startswith("usage: tote")
    machine.do("rm", "/root/tote.deb")


def hq_runs(machine: Machine) -> None:
    """As docs/operate.md and docs/security.md say: the broker, and HQ, which knows the shop's articles."""
    (machine.root / "etc/tote/hq.toml").write_text(SETTINGS)
    machine.do("systemd-tmpfiles", "--create", "tote.conf")
    shutil.copytree(FILES, machine.root / "var/lib/tote-hq/shop")
    machine.do("chown", "-R", "tote-hq:tote-hq", "/var/lib/tote-hq/shop")
    names = [f"/var/lib/tote-hq/shop/{name}" for name in ("stores.csv", "articles.csv", "stock.csv")]
    machine.do("tote-hq", "broker-config", "--create", "--out", "/etc/mosquitto/tote", "--host", "127.0.0.1")
    drop_in(
        machine,
        "mosquitto",
        "[Service]\nExecStart=\nExecStart=/usr/sbin/mosquitto -c /etc/mosquitto/tote/mosquitto.conf",
    )
    machine.do("systemctl", "enable", "mosquitto")
    machine.do("systemctl", "restart", "mosquitto")
    machine.do("tote-hq", "import", *names)
    machine.do("systemctl", "enable", "--now", "tote-hq")  # returns when it is ready
    until(lambda: answers(f"{HQ}/health/ready"), "HQ runs")


def enrolled(machine: Machine, hq: Machine, *, patience: str) -> None:
    """`patience` is how many seconds a release is tried on it."""
    code = json.loads(hq.do("tote-hq", "enrol", STORE, "--json"))["code"]
    machine.do("tote", "enrol", "--hq", HQ, "--code", "-", given=f"{code}\n")
    settings = machine.root / "etc/tote/tote.toml"
    settings.write_text(f"{settings.read_text()}\n[screen]\nport = {PORT}\n")
    drop_in(machine, "tote-upgrade", f"[Service]\nEnvironment=TOTE_UPGRADE_SECONDS={patience}")


def drop_in(machine: Machine, unit: str, lines: str) -> None:
    path = machine.root / DROP_INS.format(unit=unit)
    path.parent.mkdir(parents=True)
    path.write_text(f"{lines}\n")
    machine.do("systemctl", "daemon-reload")


def started(machine: Machine) -> None:
    machine.do("systemctl", "restart", "tote")
    runs(machine)
    until(lambda: status(machine)["catalogue"]["n"] > 0, "the catalogue")


def runs(machine: Machine) -> None:
    """Its unit is active, and its screens come."""
    until(lambda: answers(WALL), "the wall's page")
    until(lambda: machine.do("systemctl", "is-active", "tote", check=False) == "active\n", "the unit")


def status(machine: Machine) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(machine.do("tote", "status", "--json", check=False) or '{"waiting": -1}')
    return told


def all_at_hq(machine: Machine) -> None:
    until(lambda: status(machine)["waiting"] == 0, "everything is at HQ")


def scans_at(hq: Machine) -> int:
    query = "SELECT count(DISTINCT id) FROM event WHERE kind = 'ProductScanned'"
    code = f"import sqlite3; print(sqlite3.connect('/var/lib/tote-hq/hq.db').execute({query!r}).fetchone()[0])"
    return int(hq.do("python3", "-c", code))


def release_of(machine: Machine) -> str:
    """That which runs, or would."""
    return (machine.root / "usr/lib/tote/current").readlink().name
