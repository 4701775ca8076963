"""Requests that no page sends, to every route that there is: made by hypothesis from an application's url_map.

OpenAPI describes only what programs may call of the box (kiosk/api); the url_map names every route, method and
argument there is, and the forms' fields are those the views ask for.
"""

import http.client
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from hypothesis import strategies as st
from werkzeug.routing import Map, Rule

FIELDS = (
    "sku", "quantity", "fulfilment", "mail", "consent", "category", "query", "language", "size", "offset",
    "marketing", "profiling", "lang", "period", "found", "code", "csr", "store", "saved", "remembered", "kind", "text",
)  # fmt: skip
JSON_FIELDS = (
    "symbology",
    "data",
    "text",
    "reader",
    "id",
    "kind",
    "error",
    "reason",
    "tag",
    "store",
    "csr",
    "mac",
    "v",
)
TYPES = (
    "application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x", "text/plain", "",
    "application/json; charset=utf-16", "multipart/form-data", "application/x-www-form-urlencoded; charset=\xff",
)  # fmt: skip
LARGEST = 70_000
"""Beyond what both servers take."""
STREAM = "stream"
"""The route that answers for ever."""


@dataclass(frozen=True)
class Hostile:
    """`to` names the server."""

    to: str
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


words = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        ("", "0", "-1", "1e9", "9" * 40, "../../etc/passwd", "%", "\x00", "\ud800", "a@b.example", "' OR 1=1--")
    ),
    st.integers().map(str),
)
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), words),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(JSON_FIELDS) | words, inner, max_size=5)
    ),
    max_leaves=12,
)


def requests_to(name: str, routes: Map, known: Mapping[str, Sequence[str]]) -> st.SearchStrategy[Hostile]:
    """`known`: values of a route's arguments that lead somewhere."""
    rules = [rule for rule in routes.iter_rules() if not rule.rule.endswith(STREAM)]
    return st.sampled_from(rules).flatmap(lambda rule: _request(name, rule, known))


@st.composite
def _request(draw: st.DrawFn, name: str, rule: Rule, known: Mapping[str, Sequence[str]]) -> Hostile:
    declared = st.sampled_from(sorted((rule.methods or {"GET"}) - {"HEAD", "OPTIONS"}))
    method = draw(st.one_of(*[declared] * 6, st.sampled_from(("PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "QUERY"))))
    path = "".join(
        draw(_argument(part, known)) if is_argument else quote(part, safe="/") for is_argument, part in _parts(rule)
    )
    query = draw(st.dictionaries(st.sampled_from(FIELDS), words, max_size=3))
    kind, body = draw(_body)
    headers = {"Content-Type": kind} if kind else {}
    headers |= draw(
        st.dictionaries(st.sampled_from(("Accept-Language", "Cookie", "Range", "If-None-Match")), _header, max_size=2)
    )
    target = path + (f"?{_encoded(query)}" if query else "")
    return Hostile(name, method, target, headers, b"" if method in ("GET", "HEAD") else body)


def _parts(rule: Rule) -> list[tuple[bool, str]]:
    """(is it an argument, its name or text) of a rule such as /s/<station>/size."""
    parts, rest = [], rule.rule
    while "<" in rest:
        text, _, rest = rest.partition("<")
        argument, _, rest = rest.partition(">")
        parts += [(False, text), (True, argument.rpartition(":")[2])]
    return [*parts, (False, rest)]


def _argument(name: str, known: Mapping[str, Sequence[str]]) -> st.SearchStrategy[str]:
    """Percent-encoded; now and then by somebody who can't."""
    told = st.sampled_from(known[name]) if name in known else st.integers(0, 3000).map(str)
    torn = st.sampled_from(("%", "%zz", "%ff%fe", "..%2f..%2fetc%2fpasswd", "%00", "x" * 5000))
    return st.one_of(told, told, told, words.map(_quoted), torn)


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def _encoded(fields: Mapping[str, str]) -> str:
    return urlencode({name: value.encode("utf-8", "surrogatepass") for name, value in fields.items()})


_header = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=60)
_forms = st.dictionaries(st.sampled_from(FIELDS), words, max_size=4).map(_encoded).map(str.encode)
_json = json_values.map(lambda value: json.dumps(value).encode())
_body: st.SearchStrategy[tuple[str, bytes]] = st.one_of(
    st.tuples(st.just(TYPES[0]), _forms),
    st.tuples(st.just(TYPES[1]), _json),
    st.tuples(st.sampled_from(TYPES), _forms | _json | st.binary(max_size=200)),
    st.tuples(st.sampled_from(TYPES), st.just(b"[" * LARGEST) | st.just(b"--x\r\n" * 9000)),
)


class Client:
    """Keeps a connection to each server, as long as that does."""

    def __init__(self, servers: Mapping[str, str]) -> None:
        self._at = {name: urlsplit(url).netloc for name, url in servers.items()}
        self._open: dict[str, http.client.HTTPConnection] = {}

    def ask(self, hostile: Hostile) -> int:
        """The status of the answer; 0 where the server hung up, as it may on a body that is too large."""
        connection = self._open.setdefault(hostile.to, http.client.HTTPConnection(self._at[hostile.to], timeout=20))
        try:
            headers = {name: value.encode("latin-1").decode("latin-1") for name, value in hostile.headers.items()}
            connection.request(hostile.method, hostile.target, hostile.body, headers)
            with connection.getresponse() as answer:  # a line that is cut while it is read stays open else
                answer.read()
                return answer.status
        except (ConnectionError, http.client.HTTPException, UnicodeError):
            self._open.pop(hostile.to).close()
            return 0

    def close(self) -> None:
        for connection in self._open.values():
            connection.close()
