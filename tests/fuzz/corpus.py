"""Valid inputs to begin from: codes of every kind, tags, and what devices send."""

import ndef

from hardware.llrp.frames import Frame, Kind, encode, tlv, tv
from hardware.simulated.pn532_frames import ACK, answer

CODES = [
    code.encode()
    for code in (
        "4006381333931", "96385074", "012345678905", "04006381333931", "04252614", "123456", "2112345678900",
        "9780306406157", "0-306-40615-2", "080442957X", "0317-8471", "9770317847001", "512345678900", "9912345678909",
        "]E04006381333931", "]E3977031784700105", "]E402345673|]e099COMPOSITE\x1d98XYZ", "]I104006381333931",
        "]A0TB-42",         "]C1010400638133393110ABC\x1d21S1", "]d2010400638133393117261231",
        "]Q3010400638133393110ABC", "]J10100", "]e0",
        "^0112345678901231^991234", "(01)04006381333931(3103)001205(3922)1299", "(00)123456789012345675(4307)DE",
        "(01)12345678901231(21)XYZ999(250)ABC123", "(8110)012345612345611110123", "(8112)001234561234560123456",
        "(8013)1987654Ad4X4bL5ttr2310c2K", "(415)4006381333931(8020)R1(8007)BE71096123456769",
        "(8006)123456789012310102",
                "(00)123456789012345675(4309)12000000001800000000(4326)261231(4330)001234-",
        "(253)1234567890128X(8030)QUJD",
        "(01)04006381333931(7007)261101261231(8008)261231123059(423)276528", "]C12421", "]C1423528528",
        "https://id.example.com/01/04006381333931/10/A/21/7?17=261231&linkType=all#x",
        "HTTPS://A/414/9520123456788/254/32",
        "http://[2001:db8::1]:80/x/gtin/4006381333931", "https://id.example.org/AQnYUc1gmiERBhQ0ytiyZuAC",
        "https://example.com/2026/01/15/news", "https://user@a/00/006141411234567890",
        "https://a/8004/9520614141234567",
        "3074257BF7194E4000001A85", "3174257BF4499602D2000000", "3274257BF46072000000162E",
        "E28011606000020000000000",
        "3666C4409047E159B2C2BF100000000000000000000000000000", "F73795211411234538566CB0AFC4",
        "F90095201234567891235",
        "FB342CDE795211411234538566CB0AFC40", "urn:epc:id:sgtin:0614141.812345.6789",
        "urn:epc:tag:sscc-96:3.0614141.1234567890",         "urn:epc:id:giai:0614141.12%2F3",
        "urn:epc:class:lgtin:4012345.012345.998877", "TB-42-BRN",
        "winter boots", "٤٠٠٦",         "]Q1WIFI:S:guest;;", "]Q4\\000026<xml/>", "(01)04006381333931<GS>",
        "␝0104006381333931", "",
    )
]  # fmt: skip


def _message(*records: object) -> bytes:
    return b"".join(ndef.message_encoder(list(records)))


TAGS = [
    _message(ndef.UriRecord("https://id.example.com/01/04006381333931?a=1&b=2")),
    _message(ndef.TextRecord("4006381333931", "en")),
    _message(ndef.SmartposterRecord("https://id.example.com/01/04006381333931")),
    _message(ndef.UriRecord("urn:epc:id:sgtin:0614141.812345.6789"), ndef.Record("image/png", "x", b"\x89PNG")),
    _message(ndef.Record("application/json", "", b"{}" * 200), ndef.UriRecord("tel:+49")),
    _message(ndef.Record()),
    b"\xd0\x00\x00",
]
SERIAL = [code + end for code in CODES for end in (b"\r", b"\n", b"\r\n", b"\t", b"")]
CHIP = [
    ACK,
    answer(0x02, bytes.fromhex("32010607")),
    answer(0x4A, bytes.fromhex("010100440007045A7A9A5B5C80")),
    answer(0x40, b"\x00" + bytes(range(250))),
    answer(0x40, b"\x00" + bytes(300)),
    bytes.fromhex("5555000000000000000000000000000000" + "0000FF03FDD414011700"),
    bytes.fromhex("0000FF04FCD44A0100E100"),
    bytes.fromhex("0000FFFFFF0108F7D440" + "00" * 262 + "00"),
]
REPORT = tlv(240, tv(13, bytes.fromhex("3074257BF7194E4000001A85")) + tv(1, b"\x00\x01") + tv(6, b"\xc4"))
LLRP = [
    encode(Frame(Kind.KEEPALIVE, 7)),
    encode(Frame(Kind.RO_ACCESS_REPORT, 8, REPORT * 3)),
    encode(Frame(Kind.RO_ACCESS_REPORT, 9, tlv(240, tlv(241, b"\x00\x60" + bytes(12))) + REPORT)),
    encode(Frame(Kind.ADD_ROSPEC_RESPONSE, 10, tlv(287, b"\x00\x00\x00\x00"))),
    encode(Frame(Kind.READER_EVENT_NOTIFICATION, 11, tlv(246, tlv(128, bytes(8)) + tlv(256, b"\x00\x00")))),
]
