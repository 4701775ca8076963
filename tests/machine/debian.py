"""A Debian 12, made once by debootstrap and kept: the least that it makes, and some packages."""

import shutil
import subprocess
from pathlib import Path

BARE = "git"
"""What a person has who has cloned the repository."""
READY = "systemd udev dbus procps mosquitto python3 libzbar0 libusb-1.0-0 libudev1"
"""What boots; HQ's broker; and what the package depends on, so that it is fetched once."""
MADE = "root/.made"


def made(folder: Path, packages: str, *, mirror: str = "") -> Path:
    """Raises CalledProcessError."""
    if (folder / MADE).exists():
        return folder
    if not shutil.which("debootstrap"):
        subprocess.run(["apt-get", "install", "-qq", "-y", "debootstrap"], check=True, stdout=2)
    if folder.exists():  # in part
        shutil.rmtree(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    mirrors = filter(None, [mirror or known_mirror()])
    subprocess.run(["debootstrap", "--variant=minbase", "bookworm", folder, *mirrors], check=True, stdout=2)
    (folder / "etc/dpkg/dpkg.cfg.d/machine").write_text("force-unsafe-io\n")  # this machine's power does not go
    shutil.copy("/etc/resolv.conf", folder / "etc/resolv.conf")
    install = f"apt-get update -qq && apt-get install -qq -y --no-install-recommends {packages} && apt-get clean"
    clean = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive"]
    subprocess.run(["chroot", folder, *clean, "sh", "-c", install], check=True, stdout=2)
    shutil.rmtree(folder / "etc/systemd/system/multi-user.target.wants", ignore_errors=True)  # nothing starts by itself
    (folder / MADE).touch()
    return folder


def known_mirror() -> str:
    """Of Debian 12, as this machine's apt knows it; "" where it knows none, and debootstrap's own serves."""
    which = ("Created-By: Packages", "Codename: bookworm", "Component: main")
    told = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", *which], check=False, stdout=subprocess.PIPE, text=True
    )
    return next(iter(told.stdout.split()), "")
