"""`tote station`: the readers of another device, posting to a box; and on the box, who may be a station of it."""

import argparse
import queue
import signal
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from edge.cli import pairing
from edge.cli.posting import Poster
from edge.config import ConfigError, ReaderConfig
from edge.domain.strict import BadSettingError, read
from hardware.hotplug import Hotplug
from hardware.remote import REMOTE
from hardware.supervisor import supervise


def add(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "station",
        help="readers of this device, posting to a box",
        description="Runs the [[reader]] tables of the settings here and posts what they read to the box, station by "
        "station. Readers come back from every failure by themselves, and so does the line to the box.",
    )
    parser.add_argument("--box", metavar="URL", help="the box, such as https://tote.local:8080")
    parser.add_argument("--config", type=Path, metavar="FILE", help="a file of [[reader]] tables and their [tokens]")
    parser.add_argument(
        "--ca", type=Path, metavar="FILE", help="whom to trust where the box is https: what `tote https ca` gives there"
    )
    parser.set_defaults(run=main)
    pairing.add(parser.add_subparsers(metavar="pair | token | list | revoke"))


def main(args: argparse.Namespace) -> int:
    if not args.box or not args.config:
        raise ConfigError("name the box and the readers: tote station --box URL --config FILE")
    if args.ca and not args.ca.is_file():
        raise ConfigError(f"there is no {args.ca}: run `tote https ca --out FILE` on the box, and copy the file")
    devices = Devices(args.box.rstrip("/"), _readers(args.config), _tokens(args.config), ca=args.ca)
    # Not an Event: a second signal inside `Event.set` would wait for its own lock for ever; `put` may be interrupted.
    stopping: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: stopping.put(number))
    devices.start()
    stopping.get()
    devices.stop()
    return 0


class Devices:
    """The readers of this device, and for each who posts what it says to its station at `box`."""

    def __init__(
        self,
        box: str,
        readers: Sequence[ReaderConfig],
        tokens: Mapping[str, str] | None = None,
        *,
        ca: Path | None = None,
    ) -> None:
        """`tokens` are those of the stations, where the box wants its stations paired; `ca` is whom to trust instead of
        the public authorities."""
        self._posters = [
            Poster(
                f"{box}/s/{quote(reader.station, safe='')}", reader.name, (tokens or {}).get(reader.station, ""), ca=ca
            )
            for reader in readers
        ]
        self._supervisors = [
            supervise(reader.name, reader.driver, reader.options, poster.put)
            for reader, poster in zip(readers, self._posters, strict=True)
        ]
        self._hotplug = Hotplug(self._nudge)

    def start(self) -> None:
        for poster in self._posters:
            poster.start()
        for supervisor in self._supervisors:
            supervisor.start()
        self._hotplug.start()

    def stop(self) -> None:
        """End within a second: what was read before is posted, the box is told that the readers are down."""
        for supervisor in self._supervisors:
            supervisor.quit()
        for supervisor in self._supervisors:
            supervisor.stop()
        for poster in self._posters:
            poster.quit()
        for poster in self._posters:
            poster.stop()
        self._hotplug.stop()

    def _nudge(self) -> None:
        for supervisor in self._supervisors:
            supervisor.nudge()


def _readers(path: Path) -> list[ReaderConfig]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8")).get("reader", [])
        readers = [read(ReaderConfig, table, "reader.", rest=ReaderConfig.REST) for table in tables]
    except (tomllib.TOMLDecodeError, BadSettingError) as error:
        raise ConfigError(f"{path}: {error}") from error
    for reader in readers:
        if reader.driver in REMOTE:
            fix = "name the driver of the device that hangs here"
            raise ConfigError(f"{path}: the driver {reader.driver!r} is for the settings of the box: {fix}.")
    return readers


def _tokens(path: Path) -> dict[str, str]:
    """By station, from `[tokens]`."""
    tokens = tomllib.loads(path.read_text(encoding="utf-8")).get("tokens", {})
    if not isinstance(tokens, dict) or not all(isinstance(token, str) for token in tokens.values()):
        raise ConfigError(f'{path}: write [tokens] with a line such as wall = "…" for each station.')
    return tokens
