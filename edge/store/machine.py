"""Which machine this is: a card that was cloned, or put into another box, is known by it."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

SOURCES: Mapping[str, str] = {
    "pi": "sys/firmware/devicetree/base/serial-number",
    "dmi": "sys/class/dmi/id/product_uuid",
    "os": "etc/machine-id",
}
"""Where machines say who they are, the best first: a Raspberry Pi's serial number, a PC's UUID (which only root may
read), and what the operating system drew when it was installed (which a cloned card takes along)."""


def machine_id(root: Path = Path("/")) -> str:
    """All that is known of this machine, hashed: "pi:… os:…". "" on a machine that says nothing of itself."""
    known = ((name, _text(root / path)) for name, path in SOURCES.items())
    return " ".join(
        f"{name}:{sha256(f'tote-machine/1 {text}'.encode()).hexdigest()[:32]}" for name, text in known if text
    )


def same_machine(one: str, other: str) -> bool:
    """Decided by the best source both know; a Raspberry Pi always says its number, so one without is another."""
    ours, theirs = (dict(part.split(":", 1) for part in text.split()) for text in (one, other))
    if ("pi" in ours) != ("pi" in theirs) and ours and theirs:
        return False
    both = [name for name in SOURCES if name in ours and name in theirs]
    return not both or ours[both[0]] == theirs[both[0]]


def _text(path: Path) -> str:
    try:
        return path.read_bytes().strip(b"\0\n ").decode(errors="replace")
    except OSError:  # not this kind of machine, or not for us to read
        return ""
