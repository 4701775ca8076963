"""A Debian 12 of its own: made once by debootstrap, and laid over anew (overlayfs) for each machine."""

import shutil
import subprocess
from pathlib import Path

SYSTEMCTL = Path(__file__).with_name("systemctl")
NEEDED = "mosquitto python3 libzbar0 libusb-1.0-0 libudev1 systemd"
"""HQ's broker; and what the package depends on, so that it is fetched once."""
BINDS = ("proc", "sys", "dev")


def made(base: Path, *mirror: str) -> Path:
    """The Debian that machines begin with, which has Mosquitto for HQ. No service starts by itself in it."""
    if not (base / "usr/bin/systemd-sysusers").exists():
        if not (base / "bin").exists():
            subprocess.run(["debootstrap", "--variant=minbase", "bookworm", base, *mirror], check=True)
        policy = base / "usr/sbin/policy-rc.d"
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
        (base / "etc/dpkg/dpkg.cfg.d/machine").write_text("force-unsafe-io\n")  # no power goes here: kills do
        shutil.copy("/etc/resolv.conf", base / "etc/resolv.conf")
        packages = f"apt-get update -qq && apt-get install -qq -y --no-install-recommends {NEEDED}"
        subprocess.run(["chroot", base, "sh", "-c", packages], check=True, stdout=subprocess.DEVNULL)
    return base


class Machine:
    """Use as a context manager, in a mount namespace of its own (`unshare --mount`)."""

    def __init__(self, base: Path, folder: Path) -> None:
        self.root, self.changes = folder / "root", folder / "changes"
        self._base, self._work = base, folder / "work"

    def __enter__(self) -> "Machine":
        for path in (self.root, self.changes, self._work):
            path.mkdir(parents=True)
        over = f"lowerdir={self._base},upperdir={self.changes},workdir={self._work}"
        subprocess.run(["mount", "-t", "overlay", "overlay", "-o", over, self.root], check=True)
        for name in BINDS:
            subprocess.run(["mount", "--rbind", f"/{name}", self.root / name], check=True)
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", self.root / "run"], check=True)
        own = self.root / "usr/bin/systemctl"  # apt looks into no other folder
        own.unlink(missing_ok=True)
        own.write_bytes(SYSTEMCTL.read_bytes())
        own.chmod(0o755)
        return self

    def __exit__(self, *_: object) -> None:
        self.do("systemctl", "stop", "tote.service", check=False)
        for name in ("run", *BINDS, ""):
            subprocess.run(["umount", "--recursive", "--lazy", self.root / name], check=False)

    def start(self, *command: str, user: str = "root", log: str = "/dev/null") -> "subprocess.Popen[bytes]":
        """A service; whoever starts it ends it."""
        with (self.root / log.lstrip("/")).open("ab") as output:
            return subprocess.Popen([*self._as(user), *command], stdout=output, stderr=output)

    def do(self, *command: str, user: str = "root", given: str | None = None, check: bool = True, **env: str) -> str:
        """What it says on its standard output. Raises CalledProcessError."""
        told = subprocess.run(
            [*self._as(user), "env", *(f"{name}={value}" for name, value in env.items()), *command],
            check=check,
            input=given,
            stdin=None if given is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        return told.stdout

    def _as(self, user: str) -> list[str]:
        path = "PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        clean = ["env", "-i", path, "LANG=C.UTF-8", "DEBIAN_FRONTEND=noninteractive"]
        become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"] if user != "root" else []
        return ["chroot", str(self.root), *clean, *become]
