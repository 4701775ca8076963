"""Secure unique messages (SUN) of NTAG 424 DNA tags, read and verified (NXP AN12196; key diversification: AN10922).

At every tap such a tag puts its UID, a counter that only grows and an AES-CMAC of both into the query of its link:

    https://id.example.com/01/04006381333931?picc_data=EF963FF7828658A599F3041510671E88&cmac=94EED9EE65337086

A right MAC proves that the link was made by a tag that has the key, not that it was made now: whoever calls `read_sun`
must refuse a counter that is not larger than the last one of that UID.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hmac import compare_digest

from edge.codes.aes import cmac, decrypted, encrypted_block
from edge.codes.aim import unframe
from edge.codes.link import host
from edge.codes.query import Query
from edge.codes.tag import NotATag, tag_text

MAC_KEY, FILE_KEY = bytes.fromhex("3CC300010080"), bytes.fromhex("C33C00010080")
"""What the input of a session key begins with (NT4H2421Gx, 9.3.9): SV2 for the MAC, SV1 for the encrypted file data."""
WITH_UID_AND_COUNTER = 0xC7
"""The tag of decrypted PICC data: a UID of 7 octets and the counter are there (NT4H2421Gx, 9.3.3)."""
LINK = "link"

FORGED = "Take the article to the staff: this tag was not made by the one who made the others."


class SunError(ValueError):
    """The link claims to be of a secure tag and is not; `reason` is the stable word "tag-forged"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.reason, self.hint = "tag-forged", FORGED


@dataclass(frozen=True, kw_only=True)
class SecureTags:
    """How the tags of one host were personalised. Keys are AES-128, 16 octets, and never shown."""

    host: str
    file_key: bytes = field(repr=False)
    """SDMFileReadKey, of the MAC and of encrypted file data; with `diversify` the master of the tags' own keys."""
    meta_key: bytes = field(default=b"", repr=False)
    """SDMMetaReadKey, of encrypted UID and counter; b"" where the tags mirror them in plain."""
    diversify: bytes = field(default=b"", repr=False)
    """Application and system identifier, 9 to 24 octets, where each tag has its own file key (AN10922)."""
    picc_data: str = "picc_data"
    uid: str = "uid"
    counter: str = "ctr"
    enc: str = "enc"
    cmac: str = "cmac"
    """Names of the parameters in the query."""
    mac_from: str = ""
    """Where the input of the MAC begins (SDMMACInputOffset): "" nowhere, "link" at the host, else at the value of the
    parameter of that name. It ends at the value of `cmac`."""
    required: bool = False
    """Every NFC tag with a link of this host must be a secure one."""


@dataclass(frozen=True, kw_only=True)
class SunMessage:
    """A message whose MAC is right. The `counter` is still to be compared with the last one of this `uid`."""

    uid: bytes
    counter: int
    file_data: bytes = b""
    """Decrypted contents of the `enc` parameter."""


def link_on(data: bytes, symbology: str) -> str:
    """The text of a code or tag as it stands there, whatever it means; "" where a tag has none."""
    if symbology != "ndef":
        return unframe(data.decode(errors="replace"), symbology).text
    try:
        return tag_text(data)
    except NotATag:
        return ""


def read_sun(link: str, tags: Iterable[SecureTags], *, on_tag: bool = False) -> SunMessage | None:
    """The verified message of `link`; None where no table of `tags` says that it should be one.

    Several tables of one host are tried in turn, so that keys can be changed. Raises SunError, and nothing else.
    """
    ours = [table for table in tags if table.host.lower().rstrip(".") == host(link)]
    query = Query(link)
    claimed = [table for table in ours if table.cmac in query.places or table.picc_data in query.places]
    if not claimed and on_tag and any(table.required for table in ours):
        raise SunError("a tag of this host without a signature")
    messages = (message for table in claimed if (message := _verified(query, table)))
    message = next(messages, None)
    if claimed and message is None:
        raise SunError("the signature is wrong")
    return message


def _verified(query: Query, table: SecureTags) -> SunMessage | None:
    identity, sent = _identity(query, table), query.octets(table.cmac, 8)
    signed = _signed(query, table) if sent else None
    if identity is None or sent is None or signed is None:
        return None
    uid, counter = identity
    key = _diversified(table, uid)
    mac = cmac(_session(key, MAC_KEY, identity), signed)
    if not compare_digest(mac[1::2], sent):  # every second octet is sent (9.1.3)
        return None
    return SunMessage(uid=uid, counter=int.from_bytes(counter, "little"), file_data=_file_data(query, table, identity))


def _signed(query: Query, table: SecureTags) -> bytes | None:
    """The text the MAC is computed over; None where its beginning is not there."""
    if not table.mac_from:
        return b""
    return query.host_until(table.cmac) if table.mac_from == LINK else query.values_until(table.mac_from, table.cmac)


def _identity(query: Query, table: SecureTags) -> tuple[bytes, bytes] | None:
    """UID and counter (three octets, the lowest first, as the tag computes with it)."""
    if table.meta_key:
        sealed = query.octets(table.picc_data, 16)
        plain = decrypted(table.meta_key, sealed, bytes(16)) if sealed else b""
        return (plain[1:8], plain[8:11]) if plain[:1] == bytes([WITH_UID_AND_COUNTER]) else None
    uid, counter = query.octets(table.uid, 7), query.octets(table.counter, 3)
    return (uid, counter[::-1]) if uid and counter else None


def _file_data(query: Query, table: SecureTags, identity: tuple[bytes, bytes]) -> bytes:
    sealed = query.octets(table.enc)
    if not sealed:
        return b""
    key = _session(_diversified(table, identity[0]), FILE_KEY, identity)
    start = encrypted_block(key, identity[1].ljust(16, b"\0"))
    return decrypted(key, sealed, start)


def _session(key: bytes, purpose: bytes, identity: tuple[bytes, bytes]) -> bytes:
    return cmac(key, purpose + identity[0] + identity[1])


def _diversified(table: SecureTags, uid: bytes) -> bytes:
    """AN10922, 2.2. Its own padding to 32 octets is that of CMAC as long as the input has more than 16."""
    return cmac(table.file_key, b"\x01" + uid + table.diversify) if table.diversify else table.file_key
