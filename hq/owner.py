"""Whose the files are: what a command makes in a data folder belongs to whom the folder belongs to, and to nobody else.

Root may administer an HQ whose service runs as a user of its own. What root leaves there (keys, SQLite's -wal, versions
of the catalogue) that user could not read, so while a command of root works, it works as the folder's owner.
"""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hq.errors import ConfigError

PRIVATE, ELSEWHERE = 0o077, 0o022
"""What files may not be: in the data folder, and in a folder that another program reads."""

PYTHON = Path(os.__file__)


@contextmanager
def as_owner(folder: Path) -> Iterator[None]:
    """Works as the owner of `folder` where root calls, and makes files that nobody else may read; as who called where
    the folder is not there yet. Raises ConfigError where root may not become somebody else."""
    before = os.umask(PRIVATE)
    try:
        with _working_as(_owner(folder), folder):
            yield
    finally:
        os.umask(before)


@contextmanager
def as_caller() -> Iterator[None]:
    """Within `as_owner`, for what lies elsewhere, such as a broker's folder: works as who called."""
    before, uid, gid = os.umask(ELSEWHERE), os.geteuid(), os.getegid()
    try:
        os.seteuid(os.getuid())
        os.setegid(os.getgid())
        yield
    finally:
        os.setegid(gid)
        os.seteuid(uid)
        os.umask(before)


def _owner(folder: Path) -> pwd.struct_passwd | None:
    """Whom root is to work as; None where nothing is to change."""
    try:
        uid = folder.stat().st_uid
        return pwd.getpwuid(uid) if os.geteuid() == 0 and uid != 0 else None
    except FileNotFoundError:
        return None
    except KeyError as error:
        raise ConfigError(f"{folder} belongs to the user {uid}, whom this machine does not know.") from error


@contextmanager
def _working_as(user: pwd.struct_passwd | None, folder: Path) -> Iterator[None]:
    if user is None:
        yield
        return
    groups = os.getgroups()
    try:
        os.setgroups(os.getgrouplist(user.pw_name, user.pw_gid))
        os.setegid(user.pw_gid)
        os.seteuid(user.pw_uid)
    except OSError as error:
        raise ConfigError(f"{folder} is {user.pw_name}'s. Run: runuser -u {user.pw_name} -- tote-hq …") from error
    try:
        _refuse_unreadable(PYTHON, user)
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)


def _refuse_unreadable(python: Path, user: pwd.struct_passwd) -> None:
    """Modules are imported when they are needed: better no beginning than a half."""
    if not os.access(python, os.R_OK, effective_ids=True):
        why = f"{user.pw_name} can't read the Python that runs this ({python.parent})"
        raise ConfigError(f"{why}, nor could the service: install Tote where everybody can, such as /opt/tote.")
