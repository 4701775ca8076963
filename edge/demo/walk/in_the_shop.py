"""Steps in front of the screens."""

import csv
import re
from pathlib import Path

from edge.demo.walk.errors import expect
from edge.demo.walk.journey import Journey
from edge.demo.walk.station import until


def scan(journey: Journey) -> str:
    """A serial scanner reads an EAN-13 at the wall: the article appears there, and on no other screen"""
    before = {name: station.screens for name, station in journey.stations.items()}
    boot = journey.scanned
    journey.hands.scan("wall", boot)
    journey.stations["wall"].shows(boot.sku)
    others = [name for name in journey.stations if name != "wall" and journey.stations[name].screens != before[name]]
    expect(not others, f"screens that changed beside the wall: {others}")
    return f"{boot.gtin}: {boot.title}, size {boot.size}"


def choose_size(journey: Journey) -> str:
    """Size 42 is chosen and put into the basket"""
    wall, boot = journey.stations["wall"], journey.boot
    wall.post("size", size=boot.size, sku=boot.sku)
    wall.shows(boot.sku)
    wall.post("basket/lines", sku=boot.sku)
    expect(wall.state()["basket"] == 1, f"the basket holds {wall.state()['basket']} articles instead of 1")
    return f"{boot.title}, size {boot.size}, {boot.colour}, {boot.price}"


def tap(journey: Journey) -> str:
    """An NFC tag (GS1 Digital Link in NDEF) of a second article is tapped, and that is added"""
    wall, article = journey.stations["wall"], journey.backpack
    journey.hands.tap("wall", article)
    wall.shows(article.sku)
    wall.post("basket/lines", sku=article.sku)
    expect(wall.state()["basket"] == 2, f"the basket holds {wall.state()['basket']} articles instead of 2")
    return f"{article.link}: {article.title}"


def search(journey: Journey) -> str:
    """An article that only the web shop has is found by its name and added, to be sent home"""
    wall, article = journey.stations["wall"], journey.canoe
    found = wall.post("search", query=article.title)
    expect(f'"{article.sku}"' in found or article.title in found, f"searching {article.title!r} did not find it")
    wall.post("show/article", sku=article.sku)
    wall.shows(article.sku)
    wall.post("basket/lines", sku=article.sku, fulfilment="ship")
    expect(wall.state()["basket"] == 3, f"the basket holds {wall.state()['basket']} articles instead of 3")
    return article.title


def photograph(journey: Journey) -> str:
    """A photo of a barcode before the tablet's camera brings a further article onto the tablet"""
    tablet, article = journey.stations["tablet"], journey.teapot
    journey.hands.show("tablet", article)
    tablet.shows(article.sku)
    tablet.post("basket/lines", sku=article.sku)
    expect(tablet.state()["basket"] == 1, "the tablet's basket is not its own")
    return article.title


def new_price(journey: Journey) -> str:
    """HQ imports a new price: the wall shows it without a reload"""
    wall, boot = journey.stations["wall"], journey.boot
    wall.post("show/article", sku=boot.sku)
    before, price = wall.shows(boot.sku), cheaper(boot.price)
    expect(figures(price) not in figures(before), f"the wall shows {price} before HQ said so")
    file = journey.plan.dir / "feed" / "articles-new-price.csv"
    reprice(journey.plan.dir / "feed" / "articles.csv", file, boot.product, price)
    journey.hq("import", file)
    wall.wait(lambda html: f'data-sku="{boot.sku}"' in html and figures(price) in figures(html), f"the price {price}")
    until(lambda: journey.status()["waiting"] == 0, "HQ learns which version the box shows")
    return f"{boot.title}: {boot.price} → {price}"


def cheaper(price: str) -> str:
    """A price nothing else in the shop has."""
    return f"{int(float(price) * 0.8)}.37"


def figures(text: str) -> str:
    """Digits alone: a language writes 129,95 where another writes 129.95."""
    return re.sub(r"[.,\s]", "", text)


def reprice(source: Path, target: Path, product: str, price: str) -> None:
    """Copy a file of articles, with a new price on every variant of one product."""
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["product_id"] == product:
            row["price"], row["was"] = price, row["price"]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
