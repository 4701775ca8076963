"""`tote-hq doctor`: is everything at HQ as it should be? Each check says what it found, and its remedy.

- `house`: disk, database, backups, mails that wait, clock; also what alarms are about   - `trust`: certificates
- `delivery`: the broker, by what arrives there          - `outside`: the service, the mail server
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Check:
    """`remedy` is "" where there is nothing to do."""

    what: str
    ok: bool
    words: str
    remedy: str = ""
