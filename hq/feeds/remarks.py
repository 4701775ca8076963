"""What whoever publishes a version should hear with it: that nobody is told of it, that it undoes a revert."""

from sqlalchemy import Connection, delete, select

from edge.catalogue import Version
from hq import rings
from hq.store.insert import put
from hq.store.tables import setting

REVERTED, UNDONE = "catalogue.reverted", "catalogue.undone"
"""Settings: the version that was taken back by the newest revert, while nothing was published since; and, of the first
version after a revert, that version and the one taken back: "1.5 1.3"."""


def note_revert(connection: Connection, back_from: Version) -> None:
    put(connection, setting, {"key": REVERTED, "value": _name(back_from)})


def note_publication(connection: Connection, version: Version) -> None:
    """What was imported is published: after a revert that is what the revert took back."""
    if back_from := _said(connection, REVERTED):
        put(connection, setting, {"key": UNDONE, "value": f"{_name(version)} {back_from}"})
        connection.execute(delete(setting).where(setting.c.key == REVERTED))


def remarks(connection: Connection, version: Version, ring: str = rings.ALL) -> list[str]:
    """In sentences without their full stop, for the one who published `version` for `ring`."""
    said = []
    known, everybody = rings.ring(connection, ring), rings.ring(connection, rings.ALL)
    if everybody and everybody.paused:
        said.append("roll-outs are paused, nobody is told (tote-hq publish --resume goes on)")
    elif known and known.paused:
        said.append("the canaries are paused, none is told (tote-hq publish --ring canary --resume goes on)")
    if words := undone(connection, version):
        said.append(words)
    return said


def undone(connection: Connection, version: Version) -> str:
    """What is to be said of `version` where it was the first after a revert; "" otherwise."""
    first, _, back_from = _said(connection, UNDONE).partition(" ")
    if first != _name(version):
        return ""
    return (
        f"what the revert of {back_from} took back is published again, but for what was imported anew since; "
        "tote-hq publish --revert takes it back once more"
    )


def _name(version: Version) -> str:
    return f"{version.epoch}.{version.n}"


def _said(connection: Connection, key: str) -> str:
    return connection.scalar(select(setting.c.value).where(setting.c.key == key)) or ""
