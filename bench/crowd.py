"""The other stations: `python -m bench.crowd URL STATION…` holds the event stream of each open, and at each somebody
scans every ten seconds, until its stdin ends. In a process of its own reading costs the measuring one nothing."""

import random
import select
import socket
import sys
import time
from urllib.parse import urlsplit

import requests

from bench.shop import ean

EVERY_S = 10.0
"""Seconds between two scans of one station."""


def main(url: str, stations: list[str]) -> None:
    random.seed(7)
    streams = [_stream(url, station) for station in stations]
    print("open", flush=True)
    due = {station: time.monotonic() + random.uniform(0, EVERY_S) for station in stations}
    with requests.Session() as session:
        while True:
            wait = max(0.0, min(due.values()) - time.monotonic())
            if select.select([sys.stdin], [], [], 0)[0]:
                return
            for stream in select.select(streams, [], [], wait)[0]:
                if not stream.recv(1 << 20):
                    raise ConnectionError("the box closed a stream")
            for station, at in due.items():
                if time.monotonic() >= at:
                    due[station] = at + EVERY_S
                    _scan(session, url, station)


def _stream(url: str, station: str) -> socket.socket:
    """Open, its first event read."""
    at = urlsplit(url)
    stream = socket.create_connection((at.hostname or "", at.port or 80), timeout=10)
    stream.sendall(f"GET /s/{station}/stream HTTP/1.1\r\nHost: {at.netloc}\r\n\r\n".encode())
    if b" 200 " not in (begins := stream.recv(65536)):
        raise ConnectionError(f"no stream for {station}: {begins[:80]!r}")
    return stream


def _scan(session: requests.Session, url: str, station: str) -> None:
    scan = {"symbology": "ean13", "text": ean(random.randrange(2_000))}
    session.post(f"{url}/s/{station}/scan", json=scan, timeout=10).raise_for_status()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
