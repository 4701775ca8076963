"""POST /upload: a file as the body, a token in the header, the import's report as the answer."""

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore
from time import monotonic

from flask import Blueprint, jsonify, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from hq.arrivals import Terms, has_failed, take
from hq.doors import tokens
from hq.doors.tokens import Door
from hq.errors import BusyError, HqError, InputError, NotAllowedError
from hq.feeds.wanted import want
from hq.service import Hq
from hq.web.pages import hq
from hq.web.programs import Answer, refused

log = logging.getLogger(__name__)

blueprint = Blueprint("doors", __name__)
STEP = 1 << 16
PATIENCE = 20.0
"""Seconds that an upload waits for another import."""
AT_ONCE = 8
"""Uploads that are taken, or wait, at a time: half of HQ's web threads are left to shoppers and boxes."""
SLOWEST, FORBORNE = 1 << 10, 30.0
"""Octets a second that a body must bring after its first seconds: one that trickles would hold a place for ever."""
_room = BoundedSemaphore(AT_ONCE)
SWITCHES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
HOW = "Send the file as the body: curl --data-binary @stock.csv -H 'Authorization: Bearer td-…' URL/upload"


@blueprint.post("/upload")
def upload() -> Answer:
    """No cookie and no session is looked at, so no foreign page can use a browser's: the token is all that counts."""
    door = _door()
    if door is None:
        return _refused("The token is missing, wrong or ended: tote-hq doors open makes one. " + HOW, 401)
    if not _room.acquire(blocking=False):
        return _refused("HQ is busy with other uploads. Send it again in a minute.", 503)
    try:
        return _taken(door)
    finally:
        _room.release()


def _taken(door: Door) -> Answer:
    try:
        terms = _terms(door)
        with _received(hq(), hq().config.doors.most_mib << 20) as file:
            return _imported(hq(), file, terms)
    except RequestEntityTooLarge:
        most = hq().config.doors.most_mib
        return _refused(f"The file is larger than {most} MiB (doors.most_mib). Split it, or pack it with gzip.", 413)
    except NotAllowedError as error:
        return _refused(str(error), 403)
    except InputError as error:
        return _refused(str(error), 400)
    except (BusyError, OperationalError):
        return _refused("HQ is busy with another import. Send it again in a minute; that changes nothing twice.", 503)
    except HqError:
        log.exception("an upload could not be imported")
        return _refused("HQ can't import it just now: its log says why. Send it again later.", 503)


def _door() -> Door | None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer":
        return None
    with hq().reading() as connection:
        door = tokens.find(connection, token.strip())
    if door and hq().clock() - (door.used or 0) > tokens.SEEN_EVERY:
        with hq().engine.begin() as connection:
            tokens.used(connection, door, at=hq().clock())
    return door


def _terms(door: Door) -> Terms:
    asked = request.args.to_dict()
    full, dry_run = _switch(asked, "full"), _switch(asked, "dry-run")
    as_format, language, currency = asked.pop("format", ""), asked.pop("language", "en"), asked.pop("currency", "EUR")
    if asked:
        raise InputError(f"{next(iter(asked))!r} is no option: full, dry-run, format, language and currency are.")
    return Terms(
        format=as_format,
        language=language,
        currency=currency,
        kinds=door.feeds,
        store=door.store,
        replace=full,
        dry_run=dry_run,
        publish=False,
        brief=True,
        patience=PATIENCE,
    )


def _switch(asked: dict[str, str], name: str) -> bool:
    said = asked.pop(name, "no").lower()
    if said not in SWITCHES:
        raise InputError(f"{name}={said[:20]!r} is neither yes nor no.")
    return SWITCHES[said]


@contextmanager
def _received(opened: Hq, most: int) -> Iterator[Path]:
    """The body as a file, gone when the block ends. Its length is bounded whether or not it is told."""
    if request.mimetype.startswith("multipart/"):
        raise InputError(f"A form is no file. {HOW}")
    request.max_content_length = most
    with tempfile.TemporaryDirectory(prefix=".arriving-", dir=opened.dir) as folder:
        file, size = Path(folder) / "upload", 0
        with file.open("wb") as out:
            began = monotonic()
            for part in _parts():
                size += len(part)
                if monotonic() - began > FORBORNE + size / SLOWEST:
                    raise InputError(
                        f"The body comes too slowly: {size} octets so far. Send it again over a better line."
                    )
                if size > most:
                    raise RequestEntityTooLarge
                out.write(part)
        if not size:
            raise InputError(f"The body is empty. {HOW}")
        if size != (request.content_length or size):
            raise InputError(f"The body breaks off: {size} of {request.content_length} octets came. Send it again.")
        yield file


def _parts() -> Iterator[bytes]:
    try:
        while part := request.stream.read(STEP):
            yield part
    except (OSError, ValueError, OverflowError, ClientDisconnected) as error:  # a part of 2^64 octets overflows
        raise InputError("The body breaks off. Send it again.") from error


def _imported(opened: Hq, file: Path, terms: Terms) -> Answer:
    try:
        (arrival,) = take(opened, [file], terms)
    except (InputError, NotAllowedError) as error:
        raise type(error)(str(error).replace(str(file), "The upload")) from error
    if not (terms.dry_run or arrival.told_at_once):
        with opened.engine.begin() as connection:
            want(connection, opened.clock() + opened.config.doors.publish_seconds * 1000)
    status = 422 if has_failed(arrival.report) else 200
    return jsonify({**arrival.report.as_json(), "dry_run": terms.dry_run}), status


def _refused(why: str, status: int) -> Answer:
    answer, _ = refused(why, status)
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer, status
