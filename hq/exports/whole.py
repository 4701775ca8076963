"""An audience as a file in which nobody stands who withdrew while it was written.

Of many people that takes minutes. Who withdrew or was erased meanwhile may be in what was written before: then it is
written once more.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TextIO

from hq.config_marketing import Audiences
from hq.errors import BusyError
from hq.exports.files import Form, write
from hq.exports.members import Member, all_stand, members
from hq.service import Hq

ROUNDS = 5


@dataclass(frozen=True, kw_only=True)
class Written:
    people: int
    rows: int


def write_whole(hq: Hq, form: Form, audience: Audiences, file: TextIO) -> Written:
    """Into `file`, in place of what is in it. Raises BusyError where somebody withdrew each time it was written."""
    for _ in range(ROUNDS):
        file.seek(0)
        file.truncate()
        there: list[str] = []
        rows = write(form, _noting(members(hq, audience), there), file)
        if all_stand(hq, there):
            return Written(people=len(there), rows=rows)
    raise BusyError(f"Somebody in {audience.name} withdrew each time it was written. Write it again in a quieter hour.")


def _noting(found: Iterable[Member], there: list[str]) -> Iterator[Member]:
    for member in found:
        there.append(member.profile)
        yield member
