"""The kiosk's browser, by its unit, on a display that lies in memory (no logind, no terminal): everything else of the
unit holds as on a device."""

import re
import urllib.request

from tests.machine import shop
from tests.machine.asking import until
from tests.machine.machine import Machine

UNIT = "tote-kiosk"
DISPLAY = """[Unit]
ConditionPathExists=
[Service]
PAMName=
TTYPath=
TTYReset=no
TTYVHangup=no
TTYVTDisallocate=no
StandardInput=null
UtmpIdentifier=
Environment=XDG_RUNTIME_DIR=/run/tote-kiosk WLR_BACKENDS=headless WLR_LIBINPUT_NO_DEVICES=1 WLR_RENDERER=pixman
"""


def installed(box: Machine) -> None:
    box.do("apt-get", "install", "-qq", "-y", "--no-install-recommends", "cage", "chromium")
    shop.drop_in(box, UNIT, DISPLAY)
    (box.root / "etc/tote/kiosk.env").write_text(f"TOTE_SCREEN={shop.WALL}\n")


def started(box: Machine) -> None:
    """The wall is on the screen: its page holds a stream open."""
    box.do("systemctl", "start", UNIT)
    until(lambda: streams() == 1, "the browser shows the wall")


def begun(box: Machine) -> str:
    """The number of the browser's process."""
    return box.do("systemctl", "show", "--property=MainPID", "--value", UNIT).strip()


def renderer(box: Machine) -> dict[str, str]:
    """How the kernel holds the process that reads what a page says (proc(5), status)."""
    return _status(box, box.do("pgrep", "--full", "type=renderer").split()[0])


def own(box: Machine) -> dict[str, str]:
    """The same of the unit's first process."""
    return _status(box, begun(box))


def exposure(box: Machine) -> float:
    """Of the unit as the package has it."""
    path = f"/usr/lib/systemd/system/{UNIT}.service"
    told = box.do("systemd-analyze", "security", "--offline=true", "--no-pager", path, check=False)
    found = re.search(r"exposure level for \S+ ([\d.]+)", told)
    assert found, told
    return float(found[1])


def streams() -> int:
    with urllib.request.urlopen(f"{shop.BOX}/metrics", timeout=5) as answer:
        found = re.search(r"^tote_streams (\d+)", answer.read().decode(), re.MULTILINE)
    return int(found[1]) if found else 0


def _status(box: Machine, process: str) -> dict[str, str]:
    lines = box.do("cat", f"/proc/{process}/status").splitlines()
    return {name: text.strip() for name, _, text in (line.partition(":") for line in lines)}
