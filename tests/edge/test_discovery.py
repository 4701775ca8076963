"""Tablets find their box on the local network, and are told nothing that is anybody's."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from edge.cli import main
from edge.config_file import parse
from edge.discovery import SERVICE, Announcer, said
from edge.tls.names import names
from tests.edge.test_readers_elsewhere import SETTINGS

zeroconf = pytest.importorskip("zeroconf", reason="run scripts/setup")
STORE = "aurora-tallinn"


def found(store: str, seconds: float = 10.0, *, gone: bool = False) -> "object | None":
    """What a tablet in the network (here: this machine's own) hears of the box of `store`."""
    # on a thread of its own: tests that drove a browser leave an event loop on this one, in which zeroconf won't wait
    with ThreadPoolExecutor(1) as tablet:
        return tablet.submit(_heard, store, seconds, gone=gone).result()


def _heard(store: str, seconds: float, *, gone: bool) -> "object | None":
    ends = time.monotonic() + seconds
    listener = zeroconf.Zeroconf(interfaces=["127.0.0.1"])
    try:
        while True:
            info = listener.get_service_info(SERVICE, f"Tote {store}.{SERVICE}", timeout=300 if gone else 1000)
            if (info is None) is gone or time.monotonic() > ends:
                return info
    finally:
        listener.close()


@pytest.fixture
def announcer() -> Callable[..., Announcer]:
    def make(store: str, addresses: list[str]) -> Announcer:
        return Announcer(
            store, host=f"tote-{store}.local", port=lambda: 8443, https=True, addresses=lambda: addresses, look=0.2
        )

    return make


def test_a_box_is_found_with_its_port_by_its_name_and_says_goodbye(announcer: Callable[..., Announcer]) -> None:
    box = announcer(STORE, ["127.0.0.1"])
    box.start()
    info = found(STORE)
    assert isinstance(info, zeroconf.ServiceInfo)
    assert (info.port, info.server, info.parsed_addresses()) == (8443, f"tote-{STORE}.local.", ["127.0.0.1"])
    assert info.decoded_properties == {"store": STORE, "https": "1", "path": "/"}
    box.stop()
    assert found(STORE, gone=True) is None


def test_a_box_without_a_network_waits_for_one(announcer: Callable[..., Announcer]) -> None:
    addresses: list[str] = []
    box = announcer("boreal-riga", addresses)
    box.start()
    addresses.append("127.0.0.1")
    assert found("boreal-riga") is not None
    box.stop()


def test_what_is_announced_is_all_there_is() -> None:
    assert said(STORE, https=False) == {"store": STORE, "https": "0", "path": "/"}


def test_a_box_is_announced_where_others_can_reach_it_unless_the_settings_say_otherwise() -> None:
    alone = parse('dir = "x"\n' + SETTINGS)
    reached = parse('dir = "x"\n' + SETTINGS.replace("port = 0", 'port = 0\nhost = "0.0.0.0"'))
    quiet = parse(
        'dir = "x"\n' + SETTINGS.replace("port = 0", 'port = 0\nhost = "0.0.0.0"') + "[discovery]\nannounce = false\n"
    )
    assert [config.local_name for config in (alone, reached, quiet)] == ["", "tote-shop.local", ""]
    assert "tote-shop.local" in names([reached.local_name], "0.0.0.0"), "HQ vouches for it"


def test_the_command_draws_a_code_that_leads_to_the_station(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from edge.store import open_store

    open_store(tmp_path / "store.db", lambda error: None).close()
    settings = tmp_path / "tote.toml"
    reached = SETTINGS.replace("port = 0", 'port = 8080\nhost = "0.0.0.0"')
    settings.write_text(f"dir = {json.dumps(str(tmp_path))}\n{reached}")
    assert main(["station", "pair", "tablet", "--qr", "--config", str(settings)]) == 0
    told = capsys.readouterr().out
    assert "https://tote-shop.local:8080/s/tablet/pair?code=" in told and "▀" in told
    assert main(["station", "pair", "tablet", "--json", "--config", str(settings)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["url"].endswith(answer["code"])
