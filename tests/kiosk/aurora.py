"""The demo shop, read from its files into a real catalogue, and a real shop over it."""

import csv
import itertools
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from edge.catalogue import Shelf, Version, build
from edge.codes import CodeRange, CodeRules
from edge.domain.article import Product, Review, Stock, Store, Variant
from edge.domain.money import Money
from edge.pictures import Pictures
from edge.shop import Article, Shop, Station
from edge.shop.settings import ShopSettings
from edge.shop.sharing import Sharing
from edge.staff import Member, Roster
from edge.store import Database, EventLog, StorageFullError
from hardware.scan import Scan
from sync.codec import new_seal_pair

FOLDER = Path(__file__).parents[2] / "edge" / "demo" / "shop"
SIGNING_SEED = bytes(range(64, 96))
LANGUAGES = ("en", "de", "es", "et")
STATIONS = {
    "wall": Station(id="wall", kind="wall", name="Wall"),
    "tablet": Station(id="tablet", kind="tablet", name="Shoe bench"),
    "staff": Station(id="staff", kind="staff", name="Till"),
}
PLACEHOLDER = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#dfe6e6" d="M0 0h16v16H0z"/></svg>'
)

BADGE, PIN = "S-0001", "4711"

Row = dict[str, str]


def rows(name: str) -> list[Row]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True, kw_only=True)
class Change:
    """How a version differs from the demo's files: cents off every price, products renamed, products left out."""

    cheaper: int = 0
    titles: Row = field(default_factory=dict)
    without: tuple[str, ...] = ()


def make_catalogue(path: Path, version: Version, pictures: Path, change: Change) -> Path:
    articles = [row for row in rows("articles.csv") if row["product_id"] not in change.without]
    sold = {row["sku"] for row in articles}
    build(
        path,
        version=version,
        products=list(products(articles, change.titles)),
        variants=[variant(row, pictures, change.cheaper) for row in articles],
        stock=[stock(row) for row in rows("stock.csv") if row["sku"] in sold],
        reviews=[review(row) for row in rows("reviews.csv") if row["product_id"] not in change.without],
        stores=[store(row) for row in rows("stores.csv")],
        languages=LANGUAGES,
    )
    return path


def products(articles: list[Row], titles: Row) -> Iterator[Product]:
    for product_id, variants in itertools.groupby(articles, key=lambda row: row["product_id"]):
        row = next(variants)
        named = {language: titles.get(product_id, row[f"title_{language}"]) for language in LANGUAGES}
        yield Product(
            id=product_id,
            brand=row["brand"],
            category=row["category"],
            title=named,
            story={language: row[f"story_{language}"] for language in LANGUAGES},
            goes_with=tuple(row["goes_with"].split(";")),
            popularity=int(row["popularity"]),
        )


def variant(row: Row, pictures: Path, cheaper: int) -> Variant:
    return Variant(
        sku=row["sku"],
        product_id=row["product_id"],
        gtin=row["gtin"].zfill(14),
        price=Money(amount=cents(row["price"]) - cheaper, currency=row["currency"]),
        was=Money(amount=cents(row["was"]), currency=row["currency"]) if row["was"] else None,
        size=row["size"],
        colour=row["colour"],
        colour_code=row["colour_code"],
        picture=picture(FOLDER / row["picture"], pictures),
        web_only=row["web_only"] == "yes",
        position=int(row["position"]),
    )


def picture(source: Path, pictures: Path) -> str:
    """Under the name of its content; grey where the pictures are not built."""
    built = next(source.parent.glob(f"{source.stem}.*"), None)
    content = built.read_bytes() if built else PLACEHOLDER
    name = sha256(content).hexdigest() + (built.suffix if built else ".svg")
    kept = Pictures(pictures)
    if name not in kept:
        kept.put(name, content)
    return name


def stock(row: Row) -> Stock:
    as_of = datetime.fromisoformat(row["as_of"]).timestamp() * 1000
    return Stock(sku=row["sku"], store=row["store"], quantity=int(row["quantity"]), as_of=int(as_of))


def review(row: Row) -> Review:
    texts = {name: row[name] for name in ("product_id", "title", "text", "language", "author", "date")}
    return Review(rating=int(row["rating"]), **texts)


def store(row: Row) -> Store:
    texts = {name: row[name] for name in ("id", "name", "city", "address", "hours")}
    return Store(latitude=float(row["latitude"]), longitude=float(row["longitude"]), **texts)


def cents(text: str) -> int:
    return int(Decimal(text).scaleb(2))


class Clock:
    """The box's clock, which a test can put forward."""

    def __init__(self) -> None:
        self.ms = 1_795_000_000_000

    def __call__(self) -> int:
        return self.ms


class Range:
    """The demo's articles as HQ publishes them: pictures under the names of their content, and the first version."""

    def __init__(self, folder: Path) -> None:
        self.pictures, self.first = folder / "pictures", folder / "first.db"
        self.pictures.mkdir()
        make_catalogue(self.first, Version(1, 1), self.pictures, Change())


class Aurora:
    """A shop in a folder: its parts, and what a test may look at or move behind its back."""

    def __init__(self, folder: Path, range_: Range) -> None:
        self.pictures, self.clock, ids = range_.pictures, Clock(), itertools.count(1)
        self.seal_key, public = new_seal_pair()
        self.shelf = Shelf(folder / "catalogue")
        self._versions = itertools.count(2)
        self._database = Database(folder / "store.db")
        self.log = EventLog(self._database)
        settings = ShopSettings(
            store_id="aurora-tallinn",
            stations=STATIONS,
            languages=LANGUAGES,
            currency="EUR",
            seal_key=public,
            pictures=self.pictures,
            sharing=Sharing(base="https://bag.aurora.example", key=SIGNING_SEED),
            code_rules=CodeRules(ranges=(CodeRange("badge", r"S-\d{4}"),)),
            staff_list=folder / "staff.json",
        )
        self.roster = Roster(settings.staff_list)
        self.shop = Shop(
            settings, self._database, self.log, self.shelf, now=self.clock, new_id=lambda: f"{next(ids):032x}"
        )
        self._take(Version(1, 1), Path(shutil.copy(range_.first, self.shelf.folder / "incoming.db")))

    def hire(self, name: str = "Mari", badge: str = BADGE, pin: str = PIN) -> Member:
        return self.roster.add(name, badge, pin)

    def hold_up(self, badge: str = BADGE, station: str = "staff") -> None:
        self.shop.scanned(station, Scan(reader="gun", symbology="code128", data=badge.encode(), at=0))

    def publish(self, *, cheaper: int = 0, titles: Row | None = None, without: tuple[str, ...] = ()) -> None:
        """HQ's next version is here."""
        version, incoming = Version(1, next(self._versions)), self.shelf.folder / "incoming.db"
        change = Change(cheaper=cheaper, titles=titles or {}, without=without)
        self._take(version, make_catalogue(incoming, version, self.pictures, change))

    def _take(self, version: Version, file: Path) -> None:
        self.shelf.turn(version, file)
        self.shop.catalogue_turned()

    def kinds(self) -> list[str]:
        """The kinds of all events so far."""
        return [event.kind for event in self.log.read(0, 1000, 1 << 30)[0]]

    def bodies(self, kind: str) -> list[str]:
        return [event.body for event in self.log.read(0, 1000, 1 << 30)[0] if event.kind == kind]

    def blobs(self) -> list[bytes]:
        """What was sealed for HQ."""
        return self._database.read(lambda db: [row[0] for row in db.conn.execute("SELECT data FROM blob")])

    def fill_the_disk(self) -> None:
        """From here on no event fits any more."""
        self._database.write(lambda db: db.conn.execute("PRAGMA max_page_count = 40"))
        with suppress(StorageFullError):
            while True:
                self._database.write(lambda db: db.conn.execute("INSERT INTO meta VALUES (hex(randomblob(999)), '')"))
        scan = Scan(reader="gun", symbology="ean13", data=b"9506000100043", at=0)
        while self.shop.scanned("wall", scan) == Article(sku="RANNIK-AMBER-42"):
            pass

    def close(self) -> None:
        self._database.close()
