"""`tote station pair | token | list | revoke`: who may be a station of this box. Also while it runs."""

import argparse
import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from edge.cli.options import add_action, say_json
from edge.config import Config, ConfigError
from edge.config_file import load
from edge.shop.pairing import Paired, Pairing
from edge.shop.records import Records
from edge.store import Database, EventLog
from sync.codec import new_id


def add(commands: Any) -> None:
    pairing = add_action(commands, "pair", _pair, "a code to type at a screen; good for five minutes, and once")
    pairing.add_argument("station", help="as the settings name it")
    pairing.add_argument("--qr", action="store_true", help="also draw it as a QR code, for a tablet's camera")
    giving = add_action(commands, "token", _token, "a token for a program: it sends it as Authorization: Bearer")
    giving.add_argument("station", help="as the settings name it")
    add_action(commands, "list", _list, "what is paired")
    taking = add_action(commands, "revoke", _revoke, "it is a station no more, and what it shows ends within a second")
    taking.add_argument("id", help="as `tote station list` tells it")


def _pair(args: argparse.Namespace) -> int:
    config = load(args.config)
    with _pairing(args) as pairing:
        code = pairing.offer(args.station)
    address = f"{_address(config)}/s/{quote(args.station)}/pair?code={code}"
    drawn = _drawn(address) if args.qr and not args.json else ""
    words = f"{code}  (good for five minutes, and once)\n{address}{drawn}"
    return _say(args, {"station": args.station, "code": code, "url": address}, words)


def _address(config: Config) -> str:
    """Where a tablet opens this box: by its name on the local network, else by the address that is listened on."""
    host = config.local_name or config.screen.host
    return f"{'https' if config.https else 'http'}://{f'[{host}]' if ':' in host else host}:{config.screen.port}"


def _drawn(address: str) -> str:
    import segno

    lines = io.StringIO()
    segno.make(address, error="m", micro=False).terminal(out=lines, compact=True)
    return f"\n{lines.getvalue()}"


def _token(args: argparse.Namespace) -> int:
    with _pairing(args) as pairing:
        token = pairing.issue(args.station)
    return _say(args, {"station": args.station, "token": token}, token)


def _list(args: argparse.Namespace) -> int:
    with _pairing(args) as pairing:
        paired = pairing.paired()
    for one in paired:
        _tell(args, one)
    if not paired and not args.json:
        print("Nothing is paired yet: tote station pair STATION")
    return 0


def _revoke(args: argparse.Namespace) -> int:
    with _pairing(args) as pairing:
        known = pairing.revoke(args.id)
    return _say(
        args, {"id": known.id, "station": known.station}, f"{known.id} of {known.station} is no station any more"
    )


def _tell(args: argparse.Namespace, one: Paired) -> None:
    since = datetime.fromtimestamp(one.since / 1000, UTC).isoformat(timespec="seconds")
    _say(args, {"id": one.id, "station": one.station, "since": since}, f"{one.id}  {one.station}  since {since}")


def _say(args: argparse.Namespace, values: dict[str, str], words: str) -> int:
    if args.json:
        say_json(values)
    else:
        print(words)
    return 0


@contextmanager
def _pairing(args: argparse.Namespace) -> Iterator[Pairing]:
    config = load(args.config)
    path = Path(config.dir) / "store.db"
    if not path.exists():
        raise ConfigError(f"there is no {path} yet: start the box first (tote run)")
    with Database(path) as database:
        records = Records(
            database=database, log=EventLog(database), now=_wall_ms, new_id=lambda: new_id(_wall_ms()), woken=_nobody
        )
        stations = {station.id for station in config.station}
        yield Pairing(records, stations, required=config.pairing_required)


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


def _nobody() -> None:
    """Pairing appends no event."""
