"""A folder that pictures are dropped into, in place of a camera."""

from pathlib import Path

from tests.hardware.rigs.base import Rig, ean13, gtin


class CameraRig(Rig):
    driver = "camera"

    def __init__(self, folder: Path) -> None:
        self._pictures = folder / "pictures"
        self._pictures.mkdir()
        self._away = folder / "away"

    @property
    def options(self) -> dict[str, object]:
        return {"source": str(self._pictures), "hold": 0.2}

    def show(self, number: int) -> bytes:
        fresh = self._pictures / f".{number}.png"
        fresh.write_bytes(ean13(gtin(number)))
        fresh.rename(self._pictures / f"{number}.png")
        return gtin(number).encode()

    def unplug(self) -> None:
        if self._pictures.exists():
            self._pictures.rename(self._away)

    def replug(self) -> None:
        self._away.rename(self._pictures)

    def corrupt(self) -> None:
        (self._pictures / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")

    def close(self) -> None:
        self.unplug()
