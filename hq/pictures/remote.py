"""One picture from an address that a feed names. A feed is a stranger's word: nothing inside the house is asked in its
name, and nothing is taken that is too large, too slow or no picture.

The address that was looked up and judged is the one that is connected to: a name that points elsewhere a moment later
changes nothing.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager, suppress
from threading import Timer
from typing import Any
from urllib.parse import urljoin, urlsplit

import urllib3

LARGEST = 20 << 20
"""Octets."""
LONGEST = 30.0
"""Seconds for all of it."""
HOPS = 3
"""Redirections that are followed, each judged anew."""
MOVED = (301, 302, 303, 307, 308)
KINDS = ((b"\xff\xd8\xff", ".jpg"), (b"\x89PNG\r\n\x1a\n", ".png"), (b"GIF8", ".gif"))
"""How files of a kind begin."""
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Unfetchable(Exception):
    """`str()` says why. `lasting`: to ask again would not help."""

    def __init__(self, reason: str, *, lasting: bool = False) -> None:
        super().__init__(reason)
        self.lasting = lasting


def fetch(url: str, private: Collection[str] = ()) -> tuple[bytes, str]:
    """The octets and the suffix of their kind. Hosts in `private` may have addresses inside the house.

    Raises Unfetchable.
    """
    until = time.monotonic() + LONGEST
    for _ in range(HOPS + 1):
        content, moved = _ask(url, private, until)
        if not moved:
            return content, _kind(content)
        url = _led(url, moved)
    raise Unfetchable(f"it leads from address to address, more than {HOPS} times", lasting=True)


def _led(url: str, moved: str) -> str:
    try:
        return urljoin(url, moved)
    except ValueError as error:
        raise Unfetchable("it leads to what is no web address", lasting=True) from error


def _ask(url: str, private: Collection[str], until: float) -> tuple[bytes, str]:
    """The answer's octets, or where it leads to."""
    with _pool(url, private) as pool, _cut_off(pool, until):
        try:
            parsed = urllib3.util.parse_url(url)
            headers = {"Host": parsed.netloc, "Accept-Encoding": "identity"}
            asked: Any = {"redirect": False, "preload_content": False, "headers": headers}
            with closing(pool.request("GET", parsed.request_uri, **asked)) as answer:
                if answer.status in MOVED and answer.headers.get("Location"):
                    return b"", answer.headers["Location"]
                if answer.status != 200:
                    raise Unfetchable(f"its server says {answer.status}", lasting=answer.status in (401, 403, 404, 410))
                return b"".join(_limited(answer, until)), ""
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            why = _late(until) or f"its server can't be reached: {type(error).__name__}"
            raise Unfetchable(why) from error


@contextmanager
def _cut_off(pool: urllib3.HTTPConnectionPool, until: float) -> Iterator[None]:
    """Hangs up when the time is over. Of a server that says an octet now and then nothing else would: the limits of
    sockets are for each octet, and whoever reads waits for many."""
    lines: list[socket.socket] = []

    class Watched(pool.ConnectionCls):  # type: ignore[name-defined, misc]  # plain or TLS, as the pool has it
        def _new_conn(self) -> socket.socket:
            line: socket.socket = super()._new_conn()
            lines.append(line.dup())  # TLS takes the first one over
            return line

    def hang_up() -> None:
        for line in lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    pool.ConnectionCls = Watched
    timer = Timer(max(0.0, until - time.monotonic()), hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        for line in lines:
            line.close()


def _late(until: float) -> str:
    return f"it takes longer than {LONGEST:.0f} s" if time.monotonic() >= until else ""


def _limited(answer: urllib3.BaseHTTPResponse, until: float) -> Iterator[bytes]:
    """As they come over the line: no picture is packed, and what is unpacks to a thousand times as much."""
    size = 0
    for chunk in answer.stream(1 << 16, decode_content=False):
        size += len(chunk)
        if size > LARGEST:
            raise Unfetchable(f"it has more than {LARGEST >> 20} MB", lasting=True)
        yield chunk
    if why := _late(until):
        raise Unfetchable(why)  # what came may end where the line was cut


def _pool(url: str, private: Collection[str]) -> urllib3.HTTPConnectionPool:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise Unfetchable("it is no web address", lasting=True) from error
    if parts.scheme not in ("http", "https") or not host or parts.username is not None:
        raise Unfetchable("it is no address of http or https", lasting=True)
    address, timeout = _address(host, private), urllib3.Timeout(connect=5, read=10)
    if parts.scheme == "http":
        return urllib3.HTTPConnectionPool(address, port or 80, timeout=timeout, retries=False)
    by_name: Any = {"ssl_context": ssl.create_default_context(), "server_hostname": host, "assert_hostname": host}
    return urllib3.HTTPSConnectionPool(address, port or 443, timeout=timeout, retries=False, **by_name)


def _address(host: str, private: Collection[str]) -> str:
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise Unfetchable(f"there is no host {host!r} just now") from error
    if host not in private and not all(_is_public(address) for address in found):
        raise Unfetchable(f"{host} is inside the house; pictures.private in hq.toml may allow it", lasting=True)
    return found[0]


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    within = _within(ip) if isinstance(ip, ipaddress.IPv6Address) else None
    return ip.is_global and not ip.is_multicast and (within is None or within.is_global)


def _within(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The address of the old kind that one of the new kind stands for: mapped, 6to4, or translated (RFC 6052)."""
    if ip in NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour


def _kind(content: bytes) -> str:
    for begins, suffix in KINDS:
        if content.startswith(begins):
            return suffix
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return ".webp"
    if content[4:8] == b"ftyp" and content[8:12] in (b"avif", b"avis"):
        return ".avif"
    raise Unfetchable("it is no JPEG, PNG, GIF, WebP or AVIF", lasting=True)
