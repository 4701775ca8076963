"""An NTAG 424 DNA as a reader sees it: a type 4 tag that writes its message anew at every tap."""

from collections.abc import Callable

from hardware.simulated.tags import Type4

NDEF_FILE = b"\xe1\x04"


class Ntag424(Type4):
    """`message` makes the NDEF message of a counter, as the tag's keys would; the counter grows with the first reading
    after each activation (NXP NT4H2421Gx, 9.3.2)."""

    def __init__(
        self, message: Callable[[int], bytes], uid: bytes = bytes.fromhex("04958CAA5C5E80"), *, counter: int = 0
    ) -> None:
        super().__init__(message(counter), uid)
        self._message, self.counter = message, counter
        self._is_read = False

    def reset(self) -> None:
        super().reset()
        self._is_read = False

    def _apdu(self, apdu: bytes) -> bytes:
        if apdu[1] == 0xB0 and self._file is self._files[NDEF_FILE] and not self._is_read:
            self.counter, self._is_read = self.counter + 1, True
            message = self._message(self.counter)
            self._file = self._files[NDEF_FILE] = len(message).to_bytes(2, "big") + message
        return super()._apdu(apdu)
