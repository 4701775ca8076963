"""What a hand can do at a station: scan a barcode, hold a tag to the reader, show something to the camera.

All of it goes the way of the real thing: bytes out of a serial port, a tag in the field of a PN532, a picture before
a lens. Nothing here calls the box.
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import ndef

from edge.demo.articles import Article
from edge.demo.photo import photo
from edge.demo.plan import COLLEAGUES
from hardware.simulated.control import Remote

UNKNOWN = "4056489011231"
"""A valid EAN-13 that the demo shop does not sell."""


@dataclass(frozen=True)
class Hands:
    """Acts at the simulated readers of a folder. Each says in a line what was done."""

    readers: Path
    camera: Path

    def scan(self, station: str, article: Article) -> str:
        return self.type(station, article.gtin.encode() + b"\r")

    def tap(self, station: str, article: Article) -> str:
        return self.hold(station, uri(article.link), uid(article.sku), f"a tag with {article.link}")

    def show(self, station: str, article: Article) -> str:
        """Only the tablet has a camera."""
        name = f"{article.sku}.png"
        fresh = self.camera / f".{name}"
        fresh.write_bytes(photo(article.gtin))
        fresh.replace(self.camera / name)
        return f"a photo of the barcode {article.gtin} → tablet-camera"

    def type(self, station: str, octets: bytes) -> str:
        self._remote.type(f"{station}-scanner", octets)
        return f"{octets.hex(' ')} → {station}-scanner"

    def hold(self, station: str, message: bytes, tag: bytes, what: str) -> str:
        self._remote.tap(f"{station}-nfc", message, uid=tag)
        return f"{what} → {station}-nfc"

    def badge(self, station: str, article: Article) -> str:
        """Only at the staff's station does it mean anything."""
        return self.type(station, COLLEAGUES[0].badge.encode() + b"\r")

    # ---- what goes wrong in a shop ---------------------------------------------------------------------------------

    def unknown(self, station: str, article: Article) -> str:
        return self.type(station, UNKNOWN.encode() + b"\r")

    def wrong_check_digit(self, station: str, article: Article) -> str:
        return self.type(station, misread(article.gtin).encode() + b"\r")

    def torn(self, station: str, article: Article) -> str:
        return self.type(station, article.gtin[:7].encode())

    def empty_tag(self, station: str, article: Article) -> str:
        return self.hold(station, b"", uid("empty"), "an empty tag")

    def foreign_tag(self, station: str, article: Article) -> str:
        self._remote.tap_foreign(f"{station}-nfc", uid=uid("foreign")[:4])
        return f"a bus ticket → {station}-nfc"

    def web_tag(self, station: str, article: Article) -> str:
        return self.hold(station, uri("https://museum.example/tickets"), uid("web"), "a museum's tag")

    def two_tags(self, station: str, article: Article) -> str:
        self._remote.tap_two(f"{station}-nfc", uri(article.link), uid=uid(article.sku))
        return f"two tags at once → {station}-nfc"

    @property
    def _remote(self) -> Remote:
        return Remote(self.readers)


GOOD = {"scan": "Scan", "tap": "Tap", "show": "Show to the camera"}
STAFF = {"badge": f"Hold up {COLLEAGUES[0].name}’s badge (PIN {COLLEAGUES[0].pin})"}
"""At the staff's station only."""
BAD = {
    "unknown": "A code we don't sell",
    "wrong_check_digit": "A wrong check digit",
    "torn": "A torn barcode",
    "empty_tag": "An empty tag",
    "foreign_tag": "A bus ticket",
    "web_tag": "A tag from elsewhere",
    "two_tags": "Two tags at once",
}
"""Each act by the name of its method, in words."""


def uri(link: str) -> bytes:
    """The NDEF message of a tag that holds one link."""
    return b"".join(ndef.message_encoder([ndef.UriRecord(link)]))


def uid(seed: str) -> bytes:
    """A serial number for a tag: always the same for the same article."""
    return b"\x04" + sha256(seed.encode()).digest()[:6]


def misread(gtin: str) -> str:
    """The code with its last digit wrong."""
    return gtin[:-1] + str((int(gtin[-1]) + 1) % 10)
