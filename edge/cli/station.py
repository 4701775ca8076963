"""`tote station`: the readers of another device, posting to a box."""

import argparse
import base64
import logging
import queue
import signal
import tomllib
from pathlib import Path
from typing import Any

import requests

from edge.config import ConfigError, ReaderConfig
from edge.domain.strict import BadSettingError, read
from hardware import drivers
from hardware.scan import ReaderEvent
from hardware.supervisor import Supervisor

log = logging.getLogger(__name__)


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "station",
        help="readers of this device, posting to a box",
        description="Runs the [[reader]] tables of the settings here and posts what they read to the box, station by "
        "station. Readers come back from every failure by themselves, and so does the line to the box.",
    )
    parser.add_argument("--box", required=True, metavar="URL", help="the box, such as http://tote.local:8080")
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="a file of [[reader]] tables")
    parser.set_defaults(run=main)


def main(args: argparse.Namespace) -> int:
    readers = _readers(args.config)
    supervisors = [
        Supervisor(r.name, drivers.load(r.driver), r.options, _poster(args.box.rstrip("/"), r.station)) for r in readers
    ]
    # Not an Event: a second signal inside `Event.set` would wait for its own lock for ever; `put` may be interrupted.
    stopping: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: stopping.put(number))
    for supervisor in supervisors:
        supervisor.start()
    stopping.get()
    for supervisor in supervisors:
        supervisor.stop()
    return 0


def _readers(path: Path) -> list[ReaderConfig]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8")).get("reader", [])
        return [read(ReaderConfig, table, "reader.", rest=ReaderConfig.REST) for table in tables]
    except (tomllib.TOMLDecodeError, BadSettingError) as error:
        raise ConfigError(f"{path}: {error}") from error


def _poster(box: str, station: str) -> Any:
    """Posts on the reader's own thread. A box that does not answer costs this scan, told in the log, not the next."""
    session = requests.Session()

    def post(event: ReaderEvent) -> None:
        if event.kind != "scan" or event.scan is None:
            return
        scan = event.scan
        body = {
            "reader": scan.reader,
            "symbology": scan.symbology,
            "data": base64.b64encode(scan.data).decode(),
        }
        try:
            session.post(f"{box}/s/{station}/scan", json=body, timeout=5).raise_for_status()
        except requests.HTTPError as error:
            log.error("the box refused a scan of %s (status %s)", scan.reader, error.response.status_code)
        except requests.RequestException as error:
            log.error("no box answers at %s: a scan of %s is lost, scan again", box, scan.reader)
            log.debug("it did not answer by", exc_info=error)

    return post
