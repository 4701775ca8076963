"""Puts a broker's configuration into its folder, where the broker's own user can read it and others can't read keys."""

import os
import pwd
from collections.abc import Sequence
from pathlib import Path

from hq.authority.authority import Authority
from hq.authority.brokers import BrokerError, File
from sync.durable import keep


def configure(folder: Path, files: Sequence[File], *, user: str) -> None:
    """Writes `files` into `folder` and `state` below it. Raises BrokerError."""
    try:
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        state = folder / "state"
        state.mkdir(mode=0o750, exist_ok=True)
        _give(state, user, whole=True)
        for file in files:
            put(folder, file, user=user)
    except OSError as error:
        raise BrokerError(
            f"{folder} can't be written ({error}). Run it as who may, or name another with --out."
        ) from error


def certificates(authority: Authority, hosts: Sequence[str], *, at: int) -> list[File]:
    """What every broker needs: whom to trust, and who it is itself under `hosts`."""
    certificate, key = authority.for_broker(hosts, at=at)
    return [
        File(path="ca.crt", content=authority.ca_file.read_bytes()),
        File(path="broker.crt", content=certificate),
        File(path="broker.key", content=key, secret=True),
    ]


def put(folder: Path, file: File, *, user: str) -> None:
    path = folder / file.path
    keep(path, file.content, mode=0o640 if file.secret or file.own else 0o644)
    if file.secret or file.own:
        _give(path, user, whole=file.own)


def _give(path: Path, user: str, *, whole: bool) -> None:
    """Only root can: anybody else runs the broker as themselves."""
    if os.geteuid() != 0:
        return
    try:
        entry = pwd.getpwnam(user)
    except KeyError:
        return  # no such user here: whoever carries the folder to the broker's machine sees to it
    os.chown(path, entry.pw_uid if whole else 0, entry.pw_gid)
