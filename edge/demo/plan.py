"""What the demo consists of: its folder, its ports, its stations and readers. Nothing here starts anything."""

import json
from dataclasses import dataclass
from pathlib import Path

SHOP = Path(__file__).parent / "shop"
STORE = "aurora-tallinn"
LANGUAGES = ("en", "de", "es", "et")
CURRENCY = "EUR"
COUNTRY = "EE"


@dataclass(frozen=True)
class Reader:
    """One simulated reader. `option` names the driver's option that takes its path."""

    name: str
    station: str
    driver: str
    option: str = "path"


STATIONS = {"wall": "Wall", "tablet": "Tablet", "staff": "Staff tablet"}
"""Name by id; in the demo the id is the kind too."""


@dataclass(frozen=True)
class Colleague:
    """Who may sign in at the demo's staff tablet."""

    name: str
    badge: str
    pin: str


COLLEAGUES = (Colleague("Mari", "S-0001", "4711"), Colleague("Jüri", "S-0002", "8036"))
READERS = (
    *(Reader(f"{station}-scanner", station, "barcode_serial") for station in STATIONS),
    *(Reader(f"{station}-nfc", station, "nfc_pn532") for station in STATIONS),
    Reader("tablet-camera", "tablet", "camera", "source"),
)


@dataclass(frozen=True)
class Plan:
    """Where everything of one demo lies and listens."""

    dir: Path
    ports: dict[str, int]

    @property
    def logs(self) -> Path:
        return self.dir / "logs"

    @property
    def hq(self) -> Path:
        return self.dir / "hq"

    @property
    def readers(self) -> Path:
        """Folder of the simulated readers' ports, and of the socket that tells them what to do."""
        return self.dir / "readers"

    @property
    def camera(self) -> Path:
        """The folder the tablet's camera looks into."""
        return self.readers / "tablet-camera"

    @property
    def line(self) -> Path:
        """Says "up" or "down": what somebody wants the line to HQ to be."""
        return self.dir / "line"

    @property
    def config(self) -> Path:
        return self.dir / "box" / "tote.toml"

    @property
    def staff(self) -> Path:
        """The box's list of staff."""
        return self.config.parent / "staff.json"

    def url(self, part: str) -> str:
        return f"http://127.0.0.1:{self.ports[part]}"

    def address(self, part: str) -> str:
        return f"127.0.0.1:{self.ports[part]}"

    def announcement(self) -> dict[str, object]:
        """What `--json` prints."""
        pages = {name: self.url(name) for name in ("box", "hq", "inbox", "shelf")}
        return {"ready": True, **pages, "broker": self.address("broker"), "dir": str(self.dir)}


def box_config(plan: Plan, *, seal_key: str, verify_key: str) -> str:
    """The box's `tote.toml`."""
    tables = [
        table(
            "", store=STORE, dir=str(plan.config.parent), languages=list(LANGUAGES), currency=CURRENCY, country=COUNTRY
        ),
        table("[screen]", host="127.0.0.1", port=plan.ports["box"], theme=str(SHOP / "theme.toml")),
        table("[hq]", broker=plan.address("broker"), url=plan.url("hq"), seal_key=seal_key, verify_key=verify_key),
        table("[[codes.range]]", kind="badge", pattern=r"S-\d{4}"),
        table("[[codes.range]]", kind="loyalty", pattern=r"29\d{11}"),
        *(table("[[station]]", id=station, kind=station, name=name) for station, name in STATIONS.items()),
        *(table("[[reader]]", **reader_options(plan, reader)) for reader in READERS),
    ]
    return "\n".join(tables)


def hq_config(plan: Plan) -> str:
    """HQ's `hq.toml`: the demo shop's name, look and web shop. Addresses are flags of `tote-hq run`."""
    cart = "https://shop.aurora.example/cart?add={skus}&basket={basket}"
    tables = [
        table("[web]", public_url=plan.url("hq"), cart_url=cart),
        table("[mail]", sender="Aurora <basket@aurora.example>"),
        table("[text]", gateway=f"{plan.url('inbox')}/texts", sender="Aurora"),
        table("[shop]", theme=str(SHOP / "theme.toml"), languages=list(LANGUAGES), timezone="Europe/Tallinn"),
    ]
    return "\n".join(tables)


def reader_options(plan: Plan, reader: Reader) -> dict[str, object]:
    path = str(plan.readers / reader.name)
    return {"name": reader.name, "station": reader.station, "driver": reader.driver, reader.option: path}


def table(head: str, **values: object) -> str:
    """A table of TOML; its strings, numbers and lists of strings are written as in JSON."""
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    return "\n".join([*([head] if head else []), *lines, ""])
