"""Google's Data Manager API, for Customer Match: audienceMembers:ingest and :remove, 10,000 members at most.

A member holds one identifier, so that each can be taken back by itself. The consent that is told is the person's own:
nobody is sent who has not agreed. Rules: the API's reference of audienceMembers.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from hq.config_marketing import Destination
from hq.exports.platforms import PLATFORMS, Platform
from hq.sending.adapters import Key
from hq.sending.posting import Line
from hq.sending.tokens import token

API = "https://datamanager.googleapis.com/v1"
FIELDS = {"mail": "emailAddress", "phone": "phoneNumber"}
GRANTED = {"adUserData": "CONSENT_GRANTED", "adPersonalization": "CONSENT_GRANTED"}


class Google:
    hashing: ClassVar[Platform] = PLATFORMS["google"]
    most: ClassVar[int] = 10_000

    def __init__(self, destination: Destination, line: Line) -> None:
        self._url = f"{(destination.url or API).rstrip('/')}/audienceMembers"
        self._headers = {"Authorization": f"Bearer {token(destination)}"}
        account = {"accountType": "GOOGLE_ADS", "accountId": destination.account}
        self._to = [{"operatingAccount": account, "productDestinationId": destination.id}]
        self._line = line

    def add(self, keys: Sequence[Key]) -> None:
        terms = {"customerMatchTermsOfServiceStatus": "ACCEPTED"}
        self._send("ingest", keys, {"consent": GRANTED, "termsOfService": terms})

    def remove(self, keys: Sequence[Key]) -> None:
        self._send("remove", keys, {})

    def _send(self, what: str, keys: Sequence[Key], more: dict[str, Any]) -> None:
        members = [{"userData": {"userIdentifiers": [{FIELDS[key.kind]: key.value}]}} for key in keys]
        body = {"destinations": self._to, "audienceMembers": members, "encoding": "HEX"}
        self._line.send("POST", f"{self._url}:{what}", body | more, headers=self._headers)
