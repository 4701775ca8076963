"""The steps, one after the other: what a shop's box goes through from its first day to its last."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.machine import kiosk, shop
from tests.machine.asking import post, until
from tests.machine.killing import cut_at, step
from tests.machine.machine import Machine
from tests.machine.packages import another, unpacked

ARTICLES = ("9506000100012", "9506000100029", "9506000100036")
STEPS = ("upgrade", "kill", "break", "replace", "read-only", "kiosk", "purge")
"""Each can be had without those before it."""
VARIES = ("var/lib/dpkg", "var/lib/apt", "var/lib/systemd", "var/cache", "var/log", "tmp", "var/tmp", "root")
"""Where Debian itself leaves something."""
DATA = ("var/lib/tote", "var/lib/tote-upgrade")
"""What lies on the partition for data where the root can only be read."""


class Walk:
    """Use as a context manager. Raises at the first thing that is not as it should be; `figures` says what was."""

    def __init__(self, base: Path, package: Path, folder: Path, *, seconds: float) -> None:
        """`seconds` is how long a release is tried."""
        self._base, self._package, self._folder, self._patience = base, package, folder, f"{seconds:g}"
        self.figures: dict[str, Any] = {"package_mb": round(package.stat().st_size / 1e6, 1)}
        self._open = ExitStack()
        self._scans = 0

    def __enter__(self) -> "Walk":
        self._hq, self._box = self._machine("hq"), self._machine("shop")
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    # ---- the steps ---------------------------------------------------------------------------------------------------

    def go(self, steps: list[str]) -> None:
        self.set_up()
        known = {
            "upgrade": self.upgraded,
            "kill": self.killed,
            "break": self.tried,
            "replace": self.replaced,
            "read-only": self.read_only,
            "kiosk": self.shown,
            "purge": self.purged,
        }
        for name in (each for each in STEPS if each in steps):
            with self._timed(f"step_{name}_s"):
                known[name]()

    def set_up(self) -> None:
        """Installed, enrolled at HQ, scanned."""
        shop.installed(self._hq, self._package)
        shop.hq_runs(self._hq)
        with self._timed("install_s"):
            shop.installed(self._box, self._package)
        with self._timed("enrol_s"):
            shop.enrolled(self._box, self._hq, patience=self._patience)
            shop.started(self._box)
        self._scan(5)
        shop.all_at_hq(self._box)
        self._all_there()

    def upgraded(self) -> None:
        good = self._release("0.2.0")
        with self._timed("upgrade_s"):
            self._upgrade(good, "0.2.0-test", well=True)
        self._scan(2)

    def killed(self) -> None:
        """The power goes in an upgrade, four times: the box comes up by itself, as the old or the new release."""
        before, new = shop.release_of(self._box), "0.3.0-test"
        shutil.copy(self._release("0.3.0"), self._box.root / "root/next.deb")
        upgrade, configure = ("tote", "upgrade", "/root/next.deb"), ("dpkg", "--configure", "-a")
        came_up = []
        for moment, command, after in (
            ("unpacking", upgrade, before),
            ("placing", upgrade, before),
            ("begun", configure, new),
            ("trying", upgrade, before),
        ):
            if moment == "trying":  # the one before, again: that is an upgrade, too
                shutil.copy(self._package_of(before), self._box.root / "root/next.deb")
            cut_at(moment, self._box, *command)
            with self._timed(f"up_after_{moment}_s"):
                self._box.boot()
                shop.runs(self._box)
            until(lambda: not step(self._box), "the upgrade comes to its end")
            shop.runs(self._box)
            came_up.append(f"{moment}: {shop.release_of(self._box)}")
            assert shop.release_of(self._box) == after, came_up
            self._scan(1)
        self._box.do(*configure)
        assert shop.release_of(self._box) == before, "what was interrupted changes nothing afterwards"
        self.figures["after_cuts"] = came_up
        self._whole()

    def tried(self) -> None:
        """A release that is not well goes back by itself. People go on scanning, whatever release is being tried."""
        sick, before = self._release("0.4.0", well=False), shop.release_of(self._box)
        scanning = [sys.executable, "-m", "tests.machine.scanning", str(shop.PORT)]
        people = subprocess.Popen(scanning, stdout=subprocess.PIPE)
        try:
            with self._timed("roll_back_s"):
                outcome = self._upgrade(sick, "0.4.0-test", well=False)
        finally:
            people.terminate()
            self._scans += int(people.communicate()[0])
        self.figures["roll_back"] = outcome["words"]
        assert "All that was recorded meanwhile was taken over." in outcome["words"], outcome
        assert shop.release_of(self._box) == before
        self._whole()

    def replaced(self) -> None:
        """The box dies with events that HQ lacks; a spare one goes on from last night's backup."""
        self._hq.do("systemctl", "stop", "mosquitto")
        self._scan(3)
        self._box.do("systemctl", "start", "tote-backup")  # as its timer does
        (backup,) = (self._box.root / "var/lib/tote/backups").iterdir()
        self._box.cut()
        self._hq.do("systemctl", "start", "mosquitto")
        self._box = self._machine("spare")
        with self._timed("replace_s"):
            shop.installed(self._box, self._package)
            shop.enrolled(self._box, self._hq, patience=self._patience)
            shutil.copy(backup, self._box.root / "root/backup.tote")
            self._box.do("systemctl", "stop", "tote")
            back = json.loads(self._box.do("tote", "restore", "/root/backup.tote", "--json"))
            assert back["waiting"] >= 3, back
            shop.started(self._box)
            shop.all_at_hq(self._box)
        assert self.figures["replace_s"] < 600
        status = shop.status(self._box)
        assert len(status["lives_before"]) == 1 and not status["trouble"], status
        self._all_there()

    def read_only(self) -> None:
        """All but the data, /run and /tmp can only be read."""
        box, disk = self._box, self._folder / "data"
        box.power_off()
        disk.mkdir()
        for name in DATA:
            subprocess.run(["cp", "-a", box.root / name, disk / Path(name).name], check=True)
        box.boot("--read-only", *(f"--bind={disk / Path(name).name}:/{name}" for name in DATA))
        shop.runs(box)
        assert box.do("sh", "-c", "touch /usr/x /etc/x /var/x 2>/dev/null || echo refused") == "refused\n"
        self._scan(2)
        shop.all_at_hq(box)
        box.do("systemctl", "start", "tote-backup")
        shop.runs(box)
        box.power_off()
        for name in DATA:  # the other way round, for what comes after
            shutil.rmtree(box.root / name)
            subprocess.run(["cp", "-a", disk / Path(name).name, box.root / name], check=True)
        box.boot()
        shop.runs(box)
        self._all_there()

    def shown(self) -> None:
        """The browser's unit shows the wall, holds what pages are read by, and starts anew when HQ asks for it."""
        with self._timed("install_browser_s"):
            kiosk.installed(self._box)
        with self._timed("browser_s"):
            kiosk.started(self._box)
        held, first = kiosk.renderer(self._box), kiosk.begun(self._box)
        assert (held["Seccomp"], held["NoNewPrivs"], held["CapEff"]) == ("2", "1", "0" * 16), held
        assert len(held["NSpid"].split()) == len(kiosk.own(self._box)["NSpid"].split()) + 1, "a namespace of its own"
        self._hq.do("tote-hq", "box", "do", shop.STORE, "restart", "--wait", "60")
        until(lambda: kiosk.begun(self._box) not in ("0", first), "the browser starts anew")
        until(lambda: kiosk.streams() == 1, "the wall is shown again")
        self.figures["kiosk_exposure"] = kiosk.exposure(self._box)
        self._box.do("systemctl", "stop", kiosk.UNIT)

    def purged(self) -> None:
        """Removed, data and settings stay; purged, nothing of it is left."""
        box = self._machine("last")
        before = set(box.added())
        shop.installed(box, self._package)
        self._box.do("systemctl", "stop", "tote")
        shop.enrolled(box, self._hq, patience=self._patience)
        shop.started(box)
        box.do("systemctl", "enable", "tote.socket", "tote-station", "tote-kiosk", "tote-hq")
        shutil.rmtree((box.root / shop.DROP_INS.format(unit="tote-upgrade")).parent)  # ours
        settings, store = (box.root / name for name in ("etc/tote/tote.toml", "var/lib/tote/store.db"))
        with self._timed("remove_s"):
            box.do("apt-get", "remove", "-qq", "-y", "tote")
        assert settings.exists() and store.exists() and not (box.root / "usr/lib/tote").exists()
        assert "tote" not in box.do("systemctl", "list-units", "--no-legend", "--plain")
        with self._timed("purge_s"):
            box.do("apt-get", "purge", "-qq", "-y", "tote")
        left = sorted(path for path in {*box.added()} - before if not path.startswith(VARIES))
        names = [line for name in ("passwd", "group") for line in (box.root / "etc" / name).read_text().splitlines()]
        self.figures["left_after_purge"] = left + [line for line in names if "tote" in line]
        assert self.figures["left_after_purge"] == [], self.figures["left_after_purge"]

    # ---- what they are made of ---------------------------------------------------------------------------------------

    def _machine(self, name: str) -> Machine:
        return self._open.enter_context(Machine(self._base, self._folder / name))

    @cached_property
    def _files(self) -> Path:
        return unpacked(self._package, self._folder / "files")

    def _release(self, version: str, *, well: bool = True) -> Path:
        return another(self._files, version, self._folder, well=well)

    def _package_of(self, release: str) -> Path:
        made = self._folder / f"tote_{release.removesuffix('-test')}.deb"
        return made if made.exists() else self._package

    def _upgrade(self, package: Path, release: str, *, well: bool) -> dict[str, Any]:
        shutil.copy(package, self._box.root / "root/next.deb")
        told = self._box.do("tote", "upgrade", "/root/next.deb", "--json", check=False)
        outcome: dict[str, Any] = json.loads(told.splitlines()[-1])
        assert outcome["well"] is well and outcome["to"] == release, outcome
        shop.runs(self._box)
        return outcome

    def _scan(self, times: int) -> None:
        for _ in range(times):
            self._scans += 1
            body = {"text": ARTICLES[self._scans % 3], "id": f"scan-{self._scans}"}
            post(f"{shop.BOX}/api/stations/wall/scans", body)

    def _whole(self) -> None:
        """One log, unbroken, and all of it at HQ."""
        shop.all_at_hq(self._box)
        assert shop.status(self._box)["lives_before"] == [], "the log went on as it was"
        assert self._box.do("tote", "log", "verify", "--config", "/etc/tote/tote.toml")
        self._all_there()

    def _all_there(self) -> None:
        assert shop.scans_at(self._hq) >= self._scans, "every scan that was answered is at HQ"

    @contextmanager
    def _timed(self, figure: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.figures[figure] = round(time.monotonic() - began, 1)
        sys.stderr.write(f"{figure} {self.figures[figure]}\n")
