"""A tablet that scans: `python -m tests.attack.shopper HOST PORT CA STATION TOKEN`. Four times a second it posts what
its camera read, and waits until its own stream shows that article. To each line on stdin it answers with the
milliseconds since the last one."""

import http.client
import json
import ssl
import sys
import threading
import time
from collections.abc import Iterator

from tests.attack.saying import say

READS = {"9506000134352": "BOOT-42", "TENT": "TENT"}
"""What is scanned by turns: an EAN, and the retailer's own SKU."""
EVERY = 0.25
"""Seconds: a quarter of what a station may post."""
PATIENCE = 20.0


class Tablet:
    def __init__(self, host: str, port: int, ca: str, station: str, token: str) -> None:
        context = ssl.create_default_context(cafile=ca)
        self._posts, self._stream = (
            http.client.HTTPSConnection(host, port, context=context, timeout=PATIENCE) for _ in range(2)
        )
        self._base, self._known = f"/s/{station}", {"Authorization": f"Bearer {token}"}
        self._changed, self._shown = threading.Condition(), ""
        self._lock, self._took, self._failed = threading.Lock(), list[float](), 0
        self._stopping = threading.Event()

    def start(self) -> None:
        self._stream.request("GET", f"{self._base}/stream", headers=self._known)
        answer = self._stream.getresponse()
        assert answer.status == 200, answer.read()
        threading.Thread(target=self._listen, args=(answer,), daemon=True).start()
        threading.Thread(target=self._scan, daemon=True).start()

    def told(self) -> dict[str, object]:
        """Milliseconds of each scan since the last time, and how many came to nothing."""
        with self._lock:
            took, self._took, failed, self._failed = self._took, [], self._failed, 0
        return {"took": took, "failed": failed}

    def _scan(self) -> None:
        reads = list(READS.items())
        for n in range(sys.maxsize):
            began = time.monotonic()
            ok = self._one(*reads[n % len(reads)])
            took = (time.monotonic() - began) * 1000
            with self._lock:
                if ok:
                    self._took.append(took)
                else:
                    self._failed += 1
            time.sleep(max(0.0, EVERY - took / 1000))

    def _one(self, text: str, sku: str) -> bool:
        body = json.dumps({"symbology": "code128", "text": text})
        headers = {"Content-Type": "application/json", **self._known}
        try:
            self._posts.request("POST", f"{self._base}/scan", body, headers)
            answer = self._posts.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self._posts.close()
            return False
        with self._changed:
            return answer.status == 200 and self._changed.wait_for(lambda: self._shown == sku, PATIENCE)

    def _listen(self, stream: http.client.HTTPResponse) -> None:
        for line in _lines(stream):
            for sku in READS.values():
                if f'data-sku="{sku}"'.encode() in line:
                    with self._changed:
                        self._shown = sku
                        self._changed.notify_all()


def _lines(stream: http.client.HTTPResponse) -> Iterator[bytes]:
    while line := stream.readline():
        yield line


def main() -> None:
    host, port, ca, station, token = sys.argv[1:]
    tablet = Tablet(host, int(port), ca, station, token)
    tablet.start()
    say({"ready": True})
    for _ in sys.stdin:
        say(tablet.told())


if __name__ == "__main__":
    main()
