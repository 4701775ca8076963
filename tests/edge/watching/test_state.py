"""What a box tells HQ of itself: figures and states as they are, and nothing of whoever stands before it."""

from pathlib import Path

import msgspec
import pytest
import requests

from edge.config import ConfigError
from edge.config_file import parse
from edge.networks import Networks, interfaces
from edge.watching import Telling
from tests.edge.test_readers_elsewhere import SETTINGS
from tests.edge.watching.a_box import running, scan
from tests.edge.watching.test_figures import ARTICLE, DEVICE


def test_a_box_tells_its_log_feeds_readers_stations_and_machine(tmp_path: Path) -> None:
    with running(tmp_path, DEVICE) as box:
        scan(box, ARTICLE)
        said = {"device": "Linux armv8l\n" + "x" * 99, "battery": "31", "charging": "no"}
        requests.post(f"{box.url}/s/tablet/device", data=said, timeout=5).raise_for_status()
        requests.post(f"{box.url}/s/staff/device", data={"battery": "much"}, timeout=5)
        state = box._reporter._state()
    assert (state.version, state.catalogue, state.clock) == ("0.1.0", "1.7", state.clock)
    assert state.waiting == state.head > 0 and state.oldest_waiting
    assert state.disk_free and state.disk_size and state.disk_free <= state.disk_size
    gun = next(one for one in state.readers if one.name == "gun")
    assert gun.driver == "barcode_serial" and gun.station == "wall" and gun.state != "up"
    tablet = next(one for one in state.stations if one.id == "tablet")
    assert tablet.seen and not tablet.away and (tablet.battery, tablet.charging) == (31, False)
    assert tablet.device.startswith("Linux armv8lx") and len(tablet.device) == 40
    wall = next(one for one in state.stations if one.id == "wall")
    assert wall.seen is None and wall.battery is None
    assert ARTICLE.encode() not in msgspec.json.encode(state), "nothing of what somebody looks at"


def test_a_clock_before_what_has_certainly_passed_is_told(tmp_path: Path) -> None:
    with running(tmp_path) as box:
        telling = Telling(box.shop, tmp_path, {}, now=lambda: 5.0, floor=lambda: 9.0)
        assert telling.state().clock == "behind"


def test_a_station_seen_from_elsewhere_than_the_store_is_told(tmp_path: Path) -> None:
    with running(tmp_path) as box:
        box.shop.seen.note("tablet", "8.8.8.8")
        assert box.shop.seen.of("tablet").away
        box.shop.seen.note("tablet", "127.0.0.1")
        assert not box.shop.seen.of("tablet").away
        box.shop.seen.note("nowhere", "127.0.0.1")
        assert box.shop.seen.of("nowhere").at is None


def test_the_store_is_where_the_box_is_and_where_the_settings_say() -> None:
    networks = Networks(("10.1.0.0/16", "fd00:7::/32"))
    inside = [*(str(one.ip) for one in interfaces()), "10.1.2.3", "::ffff:10.1.2.3", "fd00:7::9", "fe80::1%eth0", ""]
    assert all(map(networks.hold, inside))
    assert not any(map(networks.hold, ("10.2.2.3", "::ffff:8.8.8.8", "2001:db8::1")))


def test_a_network_that_is_none_is_refused_with_the_key() -> None:
    with pytest.raises(ConfigError, match=r"pairing.networks must name networks .*'the shop'"):
        parse('dir = "x"\n' + SETTINGS + '[pairing]\nnetworks = ["the shop"]\n')
