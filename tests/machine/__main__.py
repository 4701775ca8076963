"""`python -m tests.machine PACKAGE`: the steps, and how long each took, a JSON object."""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.machine.packages import another
from tests.machine.root import Machine, made

SHOP = Path(__file__).parents[2] / "edge/demo/shop"
STORE, ARTICLES = "aurora-tallinn", ("9506000100012", "9506000100029", "9506000100036")
BROKER, WEB, BOX = 28883, 28090, 28081
HQ = f"http://127.0.0.1:{WEB}"
SETTINGS = f"""
[web]
port = {WEB}
public_url = "{HQ}"
[broker]
address = "127.0.0.1:{BROKER}"
public = "127.0.0.1:{BROKER}"
tls = true
reload = "true"
"""
PATIENCE = 240.0
TRIED = "30"
"""Seconds that a release is given here."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.machine", description=__doc__)
    parser.add_argument("package", type=Path, help="as scripts/package made it")
    parser.add_argument("--base", type=Path, default=Path("/var/tmp/tote-base"), help="kept for the next time")
    parser.add_argument("--mirror", help="of Debian; without it, the one that debootstrap knows")
    parser.add_argument("--apart", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if not args.apart:  # what is mounted goes with the process
        again = [sys.executable, "-m", "tests.machine", *sys.argv[1:], "--apart"]
        return subprocess.run(["unshare", "--mount", *again], check=False).returncode
    with tempfile.TemporaryDirectory(prefix="tote-machine-", dir="/var/tmp", ignore_cleanup_errors=True) as name:
        base, folder = made(args.base, *filter(None, [args.mirror])), Path(name)
        walk = Walk(args.package, folder)
        with Machine(base, folder / "shop") as shop:
            try:
                walk.first(shop)
                with Machine(base, folder / "spare") as spare:
                    walk.replaced(shop, spare)
                    walk.read_only(spare, folder)
                    walk.purged(spare)
            finally:
                walk.stop()
    sys.stdout.write(f"{json.dumps(walk.figures)}\n")
    return 0


class Walk:
    """Raises at the first thing that is not as it should be."""

    def __init__(self, package: Path, folder: Path) -> None:
        self._package, self._folder = package, folder
        self.figures: dict[str, Any] = {}
        self._services: list[subprocess.Popen[bytes]] = []
        self._scans = 0

    # ---- the steps ---------------------------------------------------------------------------------------------------

    def first(self, shop: Machine) -> None:
        """Installed, enrolled, scanned; upgraded, killed in the middle of it, tried with a broken release."""
        self._installed(shop, "install_s")
        self._hq(shop)
        self._enrolled(shop)
        self._started(shop)
        self._scan(5)
        self._at_hq(shop)
        good, other, sick = (
            another(self._package, version, self._folder, well=well)
            for version, well in (("0.2.0", True), ("0.3.0", True), ("0.4.0", False))
        )
        with self._timed("upgrade_s"):
            self._upgraded(shop, good, "0.2.0-test", well=True)
        self._scan(2)
        self._killed(shop, other)
        self._tried(shop, sick)
        self._at_hq(shop)
        status = self._status(shop)
        assert status["lives_before"] == [], "the log went on as it was"
        assert shop.do("tote", "log", "verify", "--config", "/etc/tote/tote.toml")

    def replaced(self, shop: Machine, spare: Machine) -> None:
        """The box dies with events that HQ lacks; a spare one goes on from last night's backup."""
        self._broker.send_signal(signal.SIGSTOP)
        self._scan(3)
        told = json.loads(shop.do("tote", "backup", "--out", "/var/lib/tote/backups", "--json"))
        shop.do("systemctl", "stop", "tote.service")
        self._broker.send_signal(signal.SIGCONT)
        self._installed(spare, "install_spare_s")
        backup = spare.root / "root/backup.tote"
        shutil.copy(shop.root / told["backup"].lstrip("/"), backup)
        with self._timed("replace_s"):
            self._enrolled(spare, code_of=shop)
            shutil.chown(backup, "root")
            backup.chmod(0o644)
            shutil.move(backup, spare.root / "var/lib/tote/backup.tote")
            back = json.loads(spare.do("tote", "restore", "/var/lib/tote/backup.tote", "--json"))
            assert back["events"] == told["events"] and back["waiting"] >= 3, back
            self._started(spare)
            self._at_hq(spare)
        status = self._status(spare)
        assert len(status["lives_before"]) == 1 and not status["trouble"], status
        assert self._events_at_hq(shop) >= self._scans, "every scan of either box is at HQ, once"

    def read_only(self, spare: Machine, folder: Path) -> None:
        """All but the data, /run and /tmp can only be read."""
        spare.do("systemctl", "stop", "tote.service")
        data = spare.root / "var/lib/tote"
        for place in (data, spare.root / "var/log", spare.root / "tmp"):
            copy = folder / f"own-{place.name}"
            subprocess.run(["cp", "-a", place, copy], check=True)
            subprocess.run(["mount", "--bind", copy, place], check=True)
        subprocess.run(["mount", "-o", "remount,ro", spare.root], check=True)
        try:
            assert spare.do("sh", "-c", "touch /usr/x /etc/x /var/lib/x 2>/dev/null || echo refused") == "refused\n"
            self._started(spare)
            self._scan(2)
            self._at_hq(spare)
            spare.do("tote", "backup", "--json")
            spare.do("tote", "status", check=False)
        finally:
            spare.do("systemctl", "stop", "tote.service")
            subprocess.run(["mount", "-o", "remount,rw", spare.root], check=True)
        for place in (data, spare.root / "var/log", spare.root / "tmp"):
            subprocess.run(["umount", place], check=True)
        self.figures["read_only_root"] = True

    def purged(self, spare: Machine) -> None:
        spare.do("apt-get", "purge", "-qq", "-y", "tote")
        left = [
            path for path in left_of(spare.changes) if not path.startswith(("var/lib/dpkg", "var/lib/apt", "var/cache"))
        ]
        accounts = [
            line for name in ("passwd", "group") for line in (spare.root / "etc" / name).read_text().splitlines()
        ]
        self.figures["left_after_purge"] = left + [line for line in accounts if "tote" in line]
        assert self.figures["left_after_purge"] == [], self.figures["left_after_purge"]

    def stop(self) -> None:
        for service in reversed(self._services):
            service.terminate()
            service.wait(30)

    # ---- what they are made of ---------------------------------------------------------------------------------------

    def _installed(self, machine: Machine, figure: str) -> None:
        shutil.copy(self._package, machine.root / "root/tote.deb")
        with self._timed(figure):
            machine.do("apt-get", "install", "-qq", "-y", "--no-install-recommends", "/root/tote.deb")
        assert machine.do("tote", "--help").startswith("usage: tote")
        machine.do("rm", "/root/tote.deb")

    def _hq(self, shop: Machine) -> None:
        (shop.root / "etc/tote/hq.toml").write_text(SETTINGS)
        shop.do("systemd-tmpfiles", "--create", "tote.conf")
        shutil.copytree(SHOP, shop.root / "var/lib/tote-hq/shop")
        shop.do("chown", "-R", "tote-hq:tote-hq", "/var/lib/tote-hq/shop")
        names = [f"/var/lib/tote-hq/shop/{name}" for name in ("stores.csv", "articles.csv", "stock.csv")]
        shop.do("tote-hq", "broker-config", "--create", "--out", "/etc/mosquitto/tote", "--host", "127.0.0.1")
        shop.do("tote-hq", "import", *names)
        self._broker = shop.start("mosquitto", "-c", "/etc/mosquitto/tote/mosquitto.conf", log="/var/log/broker.log")
        run = ("tote-hq", "run", "--dir", "/var/lib/tote-hq")
        self._services += [self._broker, shop.start(*run, user="tote-hq", log="/var/log/hq.log")]
        until(lambda: answers(f"{HQ}/health/ready"), "HQ runs")

    def _enrolled(self, machine: Machine, code_of: Machine | None = None) -> None:
        code = json.loads((code_of or machine).do("tote-hq", "enrol", STORE, "--json"))["code"]
        machine.do("tote", "enrol", "--hq", HQ, "--code", "-", given=f"{code}\n")
        settings = machine.root / "etc/tote/tote.toml"
        settings.write_text(f"{settings.read_text()}\n[screen]\nport = {BOX}\n")
        machine.do("systemd-tmpfiles", "--create", "tote.conf")

    def _started(self, machine: Machine) -> None:
        machine.do("systemctl", "start", "tote.service")
        until(lambda: answers(f"http://127.0.0.1:{BOX}/s/wall"), "the wall's page")
        until(lambda: self._status(machine)["catalogue"]["n"] > 0, "the catalogue")

    def _scan(self, times: int) -> None:
        for _ in range(times):
            self._scans += 1
            post("scans", {"text": ARTICLES[self._scans % 3], "id": f"scan-{self._scans}"})

    def _upgraded(self, shop: Machine, package: Path, release: str, *, well: bool) -> dict[str, Any]:
        shutil.copy(package, shop.root / "root/next.deb")
        told = shop.do("tote", "upgrade", "/root/next.deb", "--json", check=False, TOTE_UPGRADE_SECONDS=TRIED)
        outcome: dict[str, Any] = json.loads(told.splitlines()[-1])
        assert outcome["well"] is well and outcome["to"] == release, outcome
        until(lambda: answers(f"http://127.0.0.1:{BOX}/s/wall"), "the wall's page")
        return outcome

    def _tried(self, shop: Machine, sick: Path) -> None:
        """People go on scanning, whatever release is being tried."""
        scanning = subprocess.Popen([sys.executable, "-m", "tests.machine.scanning", str(BOX)], stdout=subprocess.PIPE)
        with self._timed("roll_back_s"):
            outcome = self._upgraded(shop, sick, "0.4.0-test", well=False)
        scanning.terminate()
        self._scans += int(scanning.communicate()[0])
        self.figures["roll_back"] = outcome["words"]
        assert "taken over" in outcome["words"], outcome

    def _killed(self, shop: Machine, package: Path) -> None:
        """kill -9 of the whole upgrade at some moment, then what a boot does."""
        shutil.copy(package, shop.root / "root/next.deb")
        runs: list[str] = []
        for seconds in (6.0, 15.0, 30.0):
            upgrade = subprocess.Popen(
                ["chroot", shop.root, "env", f"TOTE_UPGRADE_SECONDS={TRIED}", "tote", "upgrade", "/root/next.deb"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            time.sleep(seconds)
            ended = upgrade.poll() is not None
            if not ended:
                os.killpg(upgrade.pid, signal.SIGKILL)
                upgrade.wait()
            for verb in ("stop", "start"):
                shop.do("systemctl", verb, "tote.service")
            until(lambda: answers(f"http://127.0.0.1:{BOX}/s/wall"), "the wall's page after a kill")
            shop.do("/usr/lib/tote/driver/bin/tote", "upgrade", "--resume", check=False, TOTE_UPGRADE_SECONDS=TRIED)
            until(lambda: answers(f"http://127.0.0.1:{BOX}/s/wall"), "the wall's page after that")
            runs.append((shop.root / "usr/lib/tote/current").readlink().name)
            self._scan(1)
            if ended:
                break
        shop.do("dpkg", "--configure", "-a", TOTE_UPGRADE_SECONDS=TRIED)
        self.figures["after_kills"] = runs
        assert set(runs) <= {"0.2.0-test", "0.3.0-test"}, runs

    def _at_hq(self, machine: Machine) -> None:
        until(lambda: self._status(machine)["waiting"] == 0, "everything is at HQ")

    def _status(self, machine: Machine) -> dict[str, Any]:
        status: dict[str, Any] = json.loads(machine.do("tote", "status", "--json", check=False) or '{"waiting": -1}')
        return status

    def _events_at_hq(self, shop: Machine) -> int:
        query = "SELECT count(DISTINCT id) FROM event WHERE kind = 'ProductScanned'"
        code = f"import sqlite3; print(sqlite3.connect('/var/lib/tote-hq/hq.db').execute({query!r}).fetchone()[0])"
        return int(shop.do("python3", "-c", code))

    @contextmanager
    def _timed(self, figure: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.figures[figure] = round(time.monotonic() - began, 1)
        sys.stderr.write(f"{figure} {self.figures[figure]}\n")


def left_of(changes: Path) -> list[str]:
    """What of ours is in the files that this machine has beyond Debian's; overlayfs notes what is gone as devices."""
    found = (path for path in changes.rglob("*") if "tote" in path.name and not path.is_char_device())
    return sorted(str(path.relative_to(changes)) for path in found)


def until(true: Callable[[], object], what: str) -> None:
    ends = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < ends, f"not within {PATIENCE:g} s: {what}"
        time.sleep(0.3)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def post(what: str, body: dict[str, Any]) -> None:
    url = f"http://127.0.0.1:{BOX}/api/stations/wall/{what}"
    asked = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        assert answer.status == 200, answer.status


if __name__ == "__main__":
    sys.exit(main())
