"""What an NTAG 424 DNA does at a tap, written from AN12196 without the code under test."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.cmac import CMAC

META_KEY, FILE_KEY = bytes(range(16)), bytes(range(16, 32))
UID = bytes.fromhex("04958CAA5C5E80")


def aes_cmac(key: bytes, message: bytes) -> bytes:
    mac = CMAC(AES(key))
    mac.update(message)
    return mac.finalize()


@dataclass(frozen=True)
class SunTag:
    base: str = "https://id.example.com/01/09506000134352"
    uid: bytes = UID
    meta_key: bytes = META_KEY
    file_key: bytes = FILE_KEY

    def link(self, counter: int) -> str:
        """Encrypted UID and counter, a MAC of nothing more."""
        count = counter.to_bytes(3, "little")
        plain = (b"\xc7" + self.uid + count).ljust(16, b"\x5a")
        sealing = Cipher(AES(self.meta_key), CBC(bytes(16))).encryptor()
        picc_data = (sealing.update(plain) + sealing.finalize()).hex().upper()
        return f"{self.base}?picc_data={picc_data}&cmac={self.mac(counter)}"

    def plain_link(self, counter: int) -> str:
        """UID and counter readable, the MAC over the whole link."""
        link = f"{self.base}?uid={self.uid.hex().upper()}&ctr={counter:06X}&cmac="
        return link + self.mac(counter, link.partition("//")[2])

    def mac(self, counter: int, signed: str = "") -> str:
        session = aes_cmac(self.file_key, bytes.fromhex("3CC300010080") + self.uid + counter.to_bytes(3, "little"))
        return aes_cmac(session, signed.encode())[1::2].hex().upper()
