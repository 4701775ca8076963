"""AES-CMAC (RFC 4493) and single runs of AES, by `cryptography`; imported when the first secure tag is held up."""


def cmac(key: bytes, message: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.cmac import CMAC

    computing = CMAC(AES(key))
    computing.update(message)
    return computing.finalize()


def encrypted_block(key: bytes, block: bytes) -> bytes:
    """One block of 16 octets, in no mode (ECB), as the standard asks for an initial vector."""
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import ECB

    running = Cipher(AES(key), ECB()).encryptor()  # noqa: S305 (a single block)
    return running.update(block) + running.finalize()


def decrypted(key: bytes, octets: bytes, start: bytes) -> bytes:
    """CBC from the initial vector `start`; both are whole blocks."""
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import CBC

    running = Cipher(AES(key), CBC(start)).decryptor()
    return running.update(octets) + running.finalize()


def encrypted(key: bytes, octets: bytes, start: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import CBC

    running = Cipher(AES(key), CBC(start)).encryptor()
    return running.update(octets) + running.finalize()
