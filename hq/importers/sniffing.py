"""What form the octets of a file have, told by their beginning."""

import codecs
import re

import msgspec

TABLE, JSON, LINES, XML, HTML, YAML, BINARY = "table", "json", "lines", "xml", "html", "yaml", "binary"
BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
PAGE = re.compile(r"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|script)\b", re.IGNORECASE | re.DOTALL)
LIST = re.compile(r"""\[\s*([{\["\]\d-]|true|false|null|$)""")
"""Of JSON: a text may begin with a bracket too."""
DOCUMENT = re.compile(r"(\s*#[^\n]*\n)*\s*(%YAML|---\s|- [\w\"'-]+:(\s|$)|[\w-]+:\s*(#[^\n]*)?\n\s*-?\s)")


def form(sample: bytes) -> str:
    """One of the names above."""
    text = decoded(sample)
    if text is None:
        return BINARY
    start = text.lstrip("\ufeff \t\r\n")[:2000]
    if start.startswith("<"):
        return HTML if PAGE.match(start) else XML
    if start.startswith("{"):
        return LINES if _is_lines(text.lstrip("\ufeff \t\r\n")) else JSON
    if LIST.match(start):
        return JSON
    return YAML if DOCUMENT.match(start) else TABLE


def encoding(sample: bytes) -> str | None:
    """That of its byte order mark, if it has one."""
    return next((name for bom, name in BOMS.items() if sample.startswith(bom)), None)


def decoded(sample: bytes) -> str | None:
    """The sample as text; None where it is none. What a cut tears is left out."""
    marked = encoding(sample)
    if marked:
        return sample.decode(marked, errors="ignore")
    if b"\0" in sample[:4096] or b"\0" in sample:
        return None
    return sample.decode("utf-8", errors="replace")


def _is_lines(text: str) -> bool:
    """An object per line: the first line is whole, and the next begins another."""
    first, _, rest = text.partition("\n")
    if not rest.lstrip().startswith("{"):
        return False
    try:
        msgspec.json.decode(first.encode())
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return rest.lstrip()[:1] == "{" and first.rstrip().endswith("}")
    return True
