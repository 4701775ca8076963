"""What the demo writes for its parts is what they read."""

import tomllib
from pathlib import Path

from edge.config_file import parse
from edge.demo.orchestra import FEEDS, feed
from edge.demo.plan import READERS, STATIONS, Plan, box_config, hq_config
from edge.demo.ports import NAMES, choose, draw, is_free
from hardware import drivers


def plan(folder: Path) -> Plan:
    return Plan(folder, dict(zip(NAMES, range(20000, 20100), strict=False)))


def test_the_box_understands_its_settings(tmp_path: Path) -> None:
    read = parse(box_config(plan(tmp_path), seal_key="ab" * 32, verify_key="cd" * 32))
    assert [station.id for station in read.station] == list(STATIONS)
    assert [reader.name for reader in read.reader] == [reader.name for reader in READERS]
    assert read.hq.brokers == (("127.0.0.1", 20000),)


def test_every_reader_has_options_that_its_driver_takes(tmp_path: Path) -> None:
    for reader in parse(box_config(plan(tmp_path), seal_key="ab" * 32, verify_key="cd" * 32)).reader:
        drivers.check(reader.driver, reader.options)


def test_hqs_settings_are_toml_with_the_demo_shops_look(tmp_path: Path) -> None:
    read = tomllib.loads(hq_config(plan(tmp_path)))
    assert Path(read["shop"]["theme"]).exists()
    assert "{skus}" in read["web"]["cart_url"]


def test_a_folder_keeps_its_ports_unless_somebody_has_taken_one(tmp_path: Path) -> None:
    kept = tmp_path / "ports.json"
    first = choose(kept)
    assert choose(kept) == first
    kept.write_text(kept.read_text().replace(str(first["hq"]), str(first["box"])[:-1] + "x"))
    assert set(choose(kept)) == set(NAMES)


def test_the_ports_are_free_and_differ() -> None:
    ports = draw()
    assert len(set(ports.values())) == len(NAMES)
    assert all(is_free(port) for port in ports.values())


def test_the_demo_shops_stock_is_counted_when_the_demo_starts(tmp_path: Path) -> None:
    files = feed(tmp_path / "feed")
    assert [file.name for file in files] == list(FEEDS)
    assert "2026-11-02T07:30:00Z" not in (tmp_path / "feed" / "stock.csv").read_text(encoding="utf-8")
