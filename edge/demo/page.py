"""The demo's terminal page."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich import box
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from edge.demo.orchestra import Demo
from edge.demo.plan import STATIONS

COLOURS = {"up": "green", "starting": "yellow", "stopped": "red"}
ABOUT = {
    "shelf": "scan and tap the articles of the shop",
    "box": "the screens:",
    "inbox": "mails that went over SMTP",
    "hq": "profiles, feeds, audiences",
}


def page(demo: Demo, status: dict[str, Any]) -> RenderableType:
    """What the terminal shows: addresses first, then how each part is."""
    where = Table.grid(padding=(0, 2))
    for name, about in ABOUT.items():
        where.add_row(Text(name, "bold"), Text(demo.plan.url(name), "cyan"), Text(about, "dim"))
        if name == "box":
            for station in STATIONS:
                where.add_row("", Text(f"{demo.plan.url('box')}/s/{station}", "cyan"), "")
    head = Text("Tote, the digital shopping bag", "bold")
    foot = Text(f"Data and logs: {demo.plan.dir}\nCtrl-C stops everything.", "dim")
    return Padding(Group(head, "", where, "", parts(demo), "", sync(status), foot), (1, 2))


def parts(demo: Demo) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("part", "state", "listens", "process"):
        table.add_column(column)
    for part in demo.parts:
        state = "line is down" if part is demo.broker and part.state == "stopped" else part.state
        listens = demo.plan.address(part.name) if part.name in demo.plan.ports else ""
        table.add_row(part.name, Text(state, COLOURS.get(part.state, "red")), listens, str(part.pid or ""))
    return table


def sync(status: dict[str, Any]) -> Text:
    """How far the box and HQ agree."""
    if not status:
        return Text("")
    readers = status.get("readers", [])
    up = sum(reader.get("state") == "up" for reader in readers)
    version = status.get("catalogue") or {}
    told = f"events {status.get('head')}, at HQ {status.get('confirmed')}, waiting {status.get('waiting')}"
    return Text(f"{told} · catalogue {version.get('epoch')}.{version.get('n')} · readers {up} of {len(readers)} up\n")


@contextmanager
def live(demo: Demo, console: Console, *, quiet: bool = False) -> Iterator[Callable[[], None]]:
    """Gives a function that draws the page again, at most once a second; a pipe gets it once, `quiet` nothing."""
    if quiet or not console.is_terminal:
        if not quiet:
            console.print(page(demo, demo.status()))
        yield lambda: None
        return
    drawn = 0.0
    with Live(page(demo, {}), console=console, auto_refresh=False, screen=True) as show:

        def draw() -> None:
            nonlocal drawn
            if time.monotonic() - drawn > 1:
                drawn = time.monotonic()
                show.update(page(demo, demo.status()), refresh=True)

        yield draw
