"""Requests to HQ's web. Where its address is https, validity is held against the floor, not the box's clock.

HQ's own authority is trusted there, and the public ones too: HQ's web usually stands behind a public certificate. What
is fetched is signed or named by its hash all the same.
"""

from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from sync.tls import Floor, Trust, trust


def web_trust(floor: Floor, ca: Path | None) -> Trust:
    """Raises OSError where `ca` can't be read."""
    context = trust(floor, ca=ca)
    context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
    return context


def session(context: Trust) -> requests.Session:
    made = requests.Session()
    made.mount("https://", _Adapter(context))
    return made


class _Adapter(HTTPAdapter):
    def __init__(self, context: Trust) -> None:
        self._context = context
        super().__init__()

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **more)

    def cert_verify(self, conn: Any, url: str, verify: object, cert: object) -> None:
        """The context decides; requests would load its own authorities into it, again and again."""
        conn.cert_reqs = "CERT_REQUIRED"
