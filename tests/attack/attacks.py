"""The attacks: what is sent, what alone may come back, and by which word the box's log and figures tell of it."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.attack import lines
from tests.attack.target import CUT, WAITS, Answers, Target, bearer, cookie, request

FORM = "Content-Type: application/x-www-form-urlencoded"
EVIL = "evil.example"
SCAN = b'{"symbology": "ean13", "text": "9506000134352"}'
MIB = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much of it: requests, open lines, seconds that slow ones go on."""

    requests: int
    lines: int
    seconds: float


LONG = Size(requests=10_000, lines=200, seconds=15.0)
SHORT = Size(requests=200, lines=24, seconds=1.5)


@dataclass(frozen=True, kw_only=True)
class Attack:
    """`answers`: statuses that may come, and no other. `reasons`: all of these words must be counted and logged."""

    name: str
    what: str
    answers: frozenset[str]
    reasons: tuple[str, ...]
    run: Callable[[Target, Size], Answers]


def rebinding(target: Target, size: Size) -> Answers:
    """The browser of a paired tablet opens evil.example, whose name now leads to the box."""
    page = (f"Origin: http://{EVIL}", "Sec-Fetch-Site: same-origin", cookie(target.token))
    paths = ("/", f"/s/{target.station}", f"/s/{target.station}/stream", "/status.json", "/metrics")
    asked = [request(target, "GET", path, *page, host=EVIL) for path in paths]
    posted = [request(target, "POST", f"/s/{target.station}/{path}", *page, host=EVIL) for path in ("touch", "done")]
    return Answers(map(target.ask, asked + posted))


def wrong_host(target: Target, size: Size) -> Answers:
    names = (
        f"{target.host}.{EVIL}", f"localhost.{EVIL}", f"user@{EVIL}", "[::1", "0x7f000001", "", f"{EVIL}:{target.port}",
        f"{EVIL}#{target.host}",
    )  # fmt: skip
    path = f"/s/{target.station}/touch"
    odd = [f"POST {path} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode() for name in names]
    odd.append(f"GET http://{EVIL}/status.json HTTP/1.1\r\nHost: {EVIL}\r\nConnection: close\r\n\r\n".encode())
    odd.append(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
    return Answers(map(target.ask, odd))


def csrf(target: Target, size: Size) -> Answers:
    """A page elsewhere posts from the browser of a paired tablet, as if that sent its cookie along."""
    pages = (
        (f"Origin: https://{EVIL}",), ("Origin: null",), (f"Origin: https://{target.host}.{EVIL}",),
        ("Sec-Fetch-Site: cross-site",), ("Sec-Fetch-Site: same-site",), (f"Origin: https://{target.host}:1",),
    )  # fmt: skip
    paths = ("basket/lines", "send", "done", "scan", "language")
    return Answers(
        target.ask(
            request(
                target, "POST", f"/s/{target.station}/{path}", cookie(target.token), FORM, *page, body=b"sku=BOOT-42"
            )
        )
        for page in pages
        for path in paths
    )


def unpaired(target: Target, size: Size) -> Answers:
    base = f"/s/{target.station}"
    asked = [request(target, "GET", f"{base}{path}") for path in ("", "/stream", "/state.json", "/sync")]
    posted = [
        request(target, "POST", f"{base}/{path}", FORM, body=b"sku=BOOT-42")
        for path in ("basket/lines", "send", "done", "staff/queue", "pin")
    ]
    scan = request(target, "POST", f"/api/stations/{target.station}/scans", "Content-Type: application/json", body=SCAN)
    return Answers(map(target.ask, [*asked, *posted, scan]))


def replayed(target: Target, size: Size) -> Answers:
    """A token that was taken back, one of another station, half a token, a code that was used; then guessed codes."""
    tokens = (target.ended, target.other, target.token[:-1], target.token.upper(), "' OR 1=1--", "x" * 4000)
    asked = [
        request(target, "GET", f"/s/{target.station}/state.json", shown(token))
        for token in tokens
        for shown in (bearer, cookie)
    ]
    codes = [target.used, *(f"AAAA-{n:04}" for n in range(min(size.requests, 200)))]
    typed = [request(target, "POST", f"/s/{target.station}/pair", FORM, body=f"code={code}".encode()) for code in codes]
    return Answers(map(target.ask, asked + typed))


def in_the_open(target: Target, size: Size) -> Answers:
    """With a good token, but not over https."""
    asked = [
        request(target, "GET", f"/s/{target.station}/state.json", bearer(target.token)),
        request(target, "POST", f"/s/{target.station}/touch", bearer(target.token)),
    ]
    return Answers(target.ask(one, secure=False) for one in asked)


def oversized(target: Target, size: Size) -> Answers:
    path, known = f"/s/{target.station}/send", bearer(target.token)
    chunk = b"10000\r\n" + bytes(1 << 16) + b"\r\n"
    endless = request(target, "POST", path, known, FORM, "Transfer-Encoding: chunked") + chunk * 64
    sent = [
        request(target, "POST", path, known, FORM, body=bytes(MIB)),
        request(target, "POST", path, known, FORM, f"Content-Length: {1 << 40}") + bytes(MIB),
        request(target, "POST", path, known, FORM, body=b"mail=" + b"a" * 100_000),
        request(
            target, "POST", f"/s/{target.station}/scan", known, "Content-Type: application/json", body=b"[" * 200_000
        ),
        endless,
        request(target, "GET", "/", "X-Long: " + "a" * MIB),
        request(target, "GET", "/", *(f"X-{n}: a" for n in range(50_000))),
        request(target, "GET", f"/{'a' * MIB}"),
    ]
    return Answers(map(target.ask, sent))


def slow(target: Target, size: Size) -> Answers:
    """Many lines on which a request comes octet by octet; those with a body show a good token."""
    body = request(target, "POST", f"/s/{target.station}/send", bearer(target.token), FORM, "Content-Length: 60000")
    begun = [b"GET / HTTP/1.1\r\nHost: x\r\n", body]
    return lines.trickle(target, begun, size.lines, size.seconds)


def silent(target: Target, size: Size) -> Answers:
    return lines.silent(target, size.lines, size.seconds)


def flood(target: Target, size: Size) -> Answers:
    """As many requests as the box will answer, on lines that stay open: by who is not paired."""
    base = f"/s/{target.station}"
    mix = [
        f"GET {base} HTTP/1.1\r\nHost: {target.name}\r\n\r\n".encode(),
        f"POST {base}/touch HTTP/1.1\r\nHost: {target.name}\r\nOrigin: https://{EVIL}\r\n\r\n".encode(),
        f"GET {base}/state.json HTTP/1.1\r\nHost: {EVIL}\r\n\r\n".encode(),
        f"GET {base}/stream HTTP/1.1\r\nHost: {target.name}\r\n\r\n".encode(),
    ]
    return lines.flood(target, mix, size.requests)


ATTACKS = (
    Attack(
        name="DNS rebinding",
        what="a foreign page whose name now leads to the box asks and posts, with a paired tablet's cookie",
        answers=frozenset({"421"}),
        reasons=("foreign-host",),
        run=rebinding,
    ),
    Attack(
        name="wrong Host",
        what="names that begin like the box's, none, torn ones, a whole address in the request line",
        answers=frozenset({"421", "400"}),
        reasons=("foreign-host",),
        run=wrong_host,
    ),
    Attack(
        name="CSRF",
        what="other sites' pages post to every kind of form, with a paired tablet's cookie",
        answers=frozenset({"403"}),
        reasons=("foreign-page",),
        run=csrf,
    ),
    Attack(
        name="unpaired station",
        what="pages, streams, forms and calls of a station, without a token",
        answers=frozenset({"401"}),
        reasons=("unpaired",),
        run=unpaired,
    ),
    Attack(
        name="replayed token",
        what="tokens that were taken back or are another station's, a used code, guessed codes",
        answers=frozenset({"401", "403", "400"}),
        reasons=("unpaired", "wrong-code"),
        run=replayed,
    ),
    Attack(
        name="in the open",
        what="a good token over plain http",
        answers=frozenset({"308", "403"}),
        reasons=("in-the-open",),
        run=in_the_open,
    ),
    Attack(
        name="oversized",
        what="bodies, chunks, headers and addresses up to 2^40 octets",
        answers=frozenset({"413", "414", "400", "422", CUT}),
        reasons=("too-large",),
        run=oversized,
    ),
    Attack(
        name="slow clients",
        what="lines on which head or body come octet by octet",
        answers=frozenset({"408", "400", CUT, WAITS}),
        reasons=("too-slow",),
        run=slow,
    ),
    Attack(
        name="silent lines",
        what="lines that say nothing",
        answers=frozenset({CUT, WAITS}),
        reasons=("too-many-lines",),
        run=silent,
    ),
    Attack(
        name="flood",
        what="requests of all these kinds, as fast as they are answered",
        answers=frozenset({"401", "403", "421"}),
        reasons=("unpaired", "foreign-page", "foreign-host"),
        run=flood,
    ),
)
