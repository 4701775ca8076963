"""Settings about secure tags: `[[secure_tag]]`. No message shows a key."""

import re
from dataclasses import dataclass, field

from edge.codes.sun import LINK, SecureTags
from edge.config_codes import check_host
from edge.domain.strict import BadSettingError, Secret

PARAMETERS = ("picc_data", "uid", "counter", "enc", "cmac")
AES_KEY = 16


@dataclass(frozen=True, kw_only=True)
class SecureTagConfig:
    """The fields are those of `edge.codes.sun.SecureTags`, keys in hexadecimal."""

    host: str
    """Whose links are meant."""
    file_key: Secret = field(repr=False)
    """SDMFileReadKey, 32 hex digits; with `diversify` the master of the tags' own keys."""
    meta_key: Secret = field(default=Secret(""), repr=False)
    """SDMMetaReadKey, 32 hex digits; "" where the tags mirror UID and counter in plain."""
    diversify: str = ""
    """Application id and system identifier, 18 to 48 hex digits, where each tag has its own file key (AN10922)."""
    picc_data: str = "picc_data"
    """Name of the parameter with encrypted UID and counter."""
    uid: str = "uid"
    """Name of the parameter with the UID in plain."""
    counter: str = "ctr"
    """Name of the parameter with the counter in plain."""
    enc: str = "enc"
    """Name of the parameter with encrypted file data."""
    cmac: str = "cmac"
    """Name of the parameter with the MAC."""
    mac_from: str = ""
    """Where the signed text begins: "" nowhere, "link" at the host, else at the value of the parameter of that name."""
    required: bool = False
    """Every NFC tag with a link of this host must be a secure one."""

    def tags(self, where: str) -> SecureTags:
        """Raises BadSettingError; `where` is the path of the table, such as "secure_tag[1]."."""
        check_host(self.host, where + "host")
        self._check_parameters(where)
        plain = {name: getattr(self, name) for name in (*PARAMETERS, "host", "mac_from", "required")}
        return SecureTags(
            file_key=_key(self.file_key, where + "file_key"),
            meta_key=_key(self.meta_key, where + "meta_key") if self.meta_key else b"",
            diversify=_diversify(self.diversify, where),
            **plain,
        )

    def _check_parameters(self, where: str) -> None:
        names = [getattr(self, parameter) for parameter in PARAMETERS]
        if not all(re.fullmatch(r"[A-Za-z0-9_.~-]+", name) for name in names) or len(set(names)) != len(names):
            raise BadSettingError(f"{where}{', '.join(PARAMETERS)} must be different names of query parameters.")
        known = ("", LINK, *names[:-1])
        if self.mac_from not in known:
            ways = ", ".join(repr(name) for name in known)
            raise BadSettingError(f"{where}mac_from must be one of {ways}, not {self.mac_from!r}.")


def secure_tags(tables: tuple[SecureTagConfig, ...]) -> tuple[SecureTags, ...]:
    """Raises BadSettingError."""
    return tuple(table.tags(f"secure_tag[{i}].") for i, table in enumerate(tables, 1))


def _key(text: str, where: str) -> bytes:
    """The text itself is never told."""
    if not re.fullmatch(f"[0-9A-Fa-f]{{{2 * AES_KEY}}}", text):
        raise BadSettingError(f"{where} must be 32 hex digits: the AES-128 key the tags were personalised with.")
    return bytes.fromhex(text)


def _diversify(text: str, where: str) -> bytes:
    if text and not re.fullmatch("([0-9A-Fa-f]{2}){9,24}", text):
        parts = "the application's id and your system's identifier"
        raise BadSettingError(f"{where}diversify must be 18 to 48 hex digits ({parts}), or left out.")
    return bytes.fromhex(text)
