"""The decoders of pictures behind one interface: zxing-cpp, which every shop has, and zbar, where it is configured.

The libraries are loaded when a decoder is made.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from hardware.drivers import missing
from hardware.errors import BadOption
from hardware.imaging.symbols import ALL, FOUND, GS1, ZBAR_FOUND, itf14_only

if TYPE_CHECKING:
    from hardware.imaging.pictures import Image


class Reading(NamedTuple):
    """One code in a picture; text as UTF-8, FNC1 as 0x1D."""

    symbology: str
    data: bytes


class Found(NamedTuple):
    """A reading and where it stands: left, top, right, bottom in pixels."""

    reading: Reading
    box: tuple[int, int, int, int]

    def covers(self, x: float, y: float) -> bool:
        left, top, right, bottom = self.box
        return left <= x <= right and top <= y <= bottom

    @property
    def is_matrix(self) -> bool:
        return is_matrix(self.reading)


def is_matrix(reading: Reading) -> bool:
    """Whether it is a symbol of squares, which corrects its errors."""
    return reading.symbology.removeprefix("gs1-") in {"datamatrix", "qr"}


class Decoder(Protocol):
    """Reads the live pictures of one camera, in their order; a decoder may remember what it saw."""

    def read(self, grey: "Image") -> list[Reading]:
        """The codes in a grey picture (height x width, octets), each once."""
        ...


class Zxing:
    """zxing-cpp, looking for `names` of `hardware.imaging.symbols`."""

    def __init__(self, names: Sequence[str]) -> None:
        self._library = _zxing()
        self._names = {getattr(self._library.BarcodeFormat, theirs): ours for theirs, ours in FOUND.items()}
        self._any_itf = "itf" in names
        self.matrix = self._formats(name for name in names if ALL[name].matrix)
        self.linear = self._formats(name for name in names if not ALL[name].matrix)
        self.every = [*self.matrix, *self.linear]

    def _formats(self, names: Any) -> list[Any]:
        return [getattr(self._library.BarcodeFormat, each) for name in names for each in ALL[name].zxing]

    def quick(self, picture: "Image", formats: list[Any]) -> list[Found]:
        """What stands upright and dark on light."""
        return self._read(picture, formats, try_rotate=False, try_downscale=False, try_invert=False)

    def full(self, picture: "Image", formats: list[Any], *, by_brightness: bool = False) -> list[Found]:
        """What stands there in any way; `by_brightness` parts black from white in the whole picture alike."""
        binarizer = self._library.Binarizer
        return self._read(
            picture, formats, binarizer=binarizer.GlobalHistogram if by_brightness else binarizer.LocalAverage
        )

    def _read(self, picture: "Image", formats: list[Any], **how: Any) -> list[Found]:
        if not formats:
            return []
        plain = self._library.TextMode.Plain
        codes = self._library.read_barcodes(picture, formats=formats, text_mode=plain, **how)
        return [self._found(code) for code in codes if self._is_wanted(code)]

    def _is_wanted(self, code: Any) -> bool:
        return self._any_itf or self._names[code.format] != "itf14" or itf14_only(code.text)

    def _found(self, code: Any) -> Found:
        name = self._names[code.format]
        if name == "itf14" and not itf14_only(code.text):
            name = "itf"
        if code.content_type == self._library.ContentType.GS1:
            name = GS1.get(name, name)
        at = code.position
        corners = [(each.x, each.y) for each in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]
        across, down = zip(*corners, strict=True)
        return Found(Reading(name, code.text.encode()), (min(across), min(down), max(across), max(down)))


class Zbar:
    """zbar, looking for `names` of `hardware.imaging.symbols`: it reads and errs more than zxing-cpp; no DataMatrix."""

    def __init__(self, names: Sequence[str]) -> None:
        self._library, self._asked = _pyzbar(), set(names)
        wanted = dict.fromkeys(ALL[name].zbar for name in names if ALL[name].zbar)
        if not wanted:
            raise BadOption("symbologies has only symbols that pyzbar can't read: leave out decoder, or name others")
        if "upce" not in self._asked:  # unasked, zbar gives UPC-E out as EAN-13; asked, by its name, to be dropped
            wanted["UPCE"] = None
        self._wanted = [self._library.ZBarSymbol[name] for name in wanted]

    def read(self, grey: "Image") -> list[Reading]:
        found = (Reading(ZBAR_FOUND[code.type], code.data) for code in self._library.decode(grey, symbols=self._wanted))
        return list(dict.fromkeys(reading for reading in map(self._named, found) if reading))

    def _named(self, reading: Reading) -> Reading | None:
        if reading.symbology == "upce":
            return None
        if reading.symbology == "itf14" and not itf14_only(reading.data.decode("latin-1")):
            return Reading("itf", reading.data) if "itf" in self._asked else None
        return reading


def _zxing() -> Any:
    try:
        import zxingcpp
    except ImportError as error:
        raise missing("reading pictures", error) from error
    return zxingcpp


def _pyzbar() -> Any:
    try:
        from pyzbar import pyzbar
    except ImportError as error:
        raise missing("reading pictures by pyzbar", error) from error
    return pyzbar
