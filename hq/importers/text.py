"""Text as feeds really carry it, to clean plain text: safe by having no mark-up left, paragraphs and lists kept."""

import re
import unicodedata
from html.parser import HTMLParser
from typing import Any

import msgspec

UNSEEN = re.compile("[\u200b\u2060\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
MARKED_UP = re.compile(r"</?[a-zA-Z][^>]*>|&(#\d+|#x[\da-fA-F]+|[a-zA-Z]+);")
BLOCKS = {"p", "div", "br", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article"}
SILENT = {"script", "style", "head", "title", "template", "noscript"}


def clean(text: str) -> str:
    """Without invisible characters, line ends of one kind, at most one blank line together."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()  # most cells, at a tenth of the price
    even = UNSEEN.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")))
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in even.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def plain(text: str) -> str:
    """HTML to plain text, paragraphs apart by a blank line, list items by a dash. Text without mark-up stays itself."""
    if not MARKED_UP.search(text):
        return clean(text)
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return clean("".join(reader.parts))


def told(text: str) -> str:
    """A description as plain text, be it plain, HTML or the JSON of EditorJS."""
    if text.startswith("{") and '"blocks"' in text:
        try:
            found = msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):
            return plain(text)
        return blocks(found)
    return plain(text)


def blocks(document: object) -> str:
    """The text of an EditorJS document: paragraphs and headings apart by a blank line, list items by a dash."""
    listed = document.get("blocks") if isinstance(document, dict) else None
    parts = [_block(block) for block in listed if isinstance(block, dict)] if isinstance(listed, list) else []
    return clean("\n\n".join(part for part in parts if part))


def _block(block: dict[str, Any]) -> str:
    data = block.get("data")
    if not isinstance(data, dict):
        return ""
    items = data.get("items")
    if isinstance(items, list):
        return "\n".join(f"- {plain(text)}" for text in map(_item, items) if text)
    return plain("\n".join(text for name in ("text", "caption") if isinstance(text := data.get(name), str)))


def _item(item: object) -> str:
    """Items are texts or, in later versions, objects that may nest; what is nested follows in the same line."""
    if isinstance(item, dict):
        item = item.get("content") or item.get("text")
    return item if isinstance(item, str) else ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self._silent += 1
        self.parts.append("\n- " if tag == "li" else "\n\n" if tag in BLOCKS - {"br"} else "\n" if tag == "br" else "")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT and self._silent:
            self._silent -= 1
        self.parts.append("\n\n" if tag in BLOCKS else "")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(re.sub(r"\s+", " ", data))
