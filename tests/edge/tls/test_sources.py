"""When a box asks for a certificate, of whom, and what it does without an answer."""

import os
from pathlib import Path
from typing import Any

import pytest

from edge.tls import Folder, Keeper, TlsError
from edge.tls.sources import Brought, Vouching
from sync.certificates import SCREEN_DAYS, key_asked_for, moment, new_key, pem, screens_ca_of, screens_of
from tests.edge.tls.greeting import AT, MOMENT, greet

HOSTS = ["localhost", "tote.local"]
DAY = 86_400


class Hq:
    """Signs what it is asked, as long as the line is up."""

    def __init__(self) -> None:
        self.key = new_key()
        self.root = screens_ca_of(self.key, name="HQ screens", at=MOMENT)
        self.up, self.now, self.asked = True, AT, list[list[str]]()

    def ask(self, kind: str, body: dict[str, Any]) -> dict[str, Any] | None:
        assert kind == "https"
        self.asked.append(body["hosts"])
        if not self.up:
            return None
        public, at = key_asked_for(body["request"].encode()), moment(round(self.now * 1000))
        made = screens_of(self.root, self.key, public, name="shop", hosts=body["hosts"], at=at)
        return {"certificate": pem(made).decode(), "authority": pem(self.root).decode()}


class Shop:
    def __init__(self, place: Path, hq: Hq | None) -> None:
        self.now, self.hosts, self.folder = AT, list(HOSTS), Folder(place / "https", "shop")
        ask = hq.ask if hq else None
        self.source = Vouching(self.folder, hosts=lambda: self.hosts, ask=ask, now=lambda: self.now)


def test_a_box_that_was_never_enrolled_vouches_for_itself_once(tmp_path: Path) -> None:
    shop = Shop(tmp_path, None)
    assert shop.source.look() is True
    assert shop.source.look() is False, "nothing to do"
    shop.hosts.append("192.168.7.9")
    assert shop.source.look() is True, "an address that browsers may use now"
    assert shop.source.look() is False


def test_an_enrolled_box_shows_hqs_certificate_and_its_own_until_then(tmp_path: Path) -> None:
    hq = Hq()
    hq.up = False
    shop = Shop(tmp_path, hq)
    assert shop.source.look() is True
    known = shop.folder.vouched()
    assert known and known.own, "the line is down: pages are served all the same"
    assert shop.source.look() is False
    hq.up = True
    assert shop.source.look() is True
    known = shop.folder.vouched()
    assert known and not known.own
    greet(shop.folder.chain, shop.folder.ca_file, "tote.local")
    asked = len(hq.asked)
    assert shop.source.look() is False and len(hq.asked) == asked, "HQ is left in peace then"


def test_the_next_one_is_got_half_a_year_before_the_end_and_the_old_one_stays_meanwhile(tmp_path: Path) -> None:
    hq = Hq()
    shop = Shop(tmp_path, hq)
    shop.source.look()
    shop.now = hq.now = AT + (SCREEN_DAYS / 2 - 2) * DAY
    assert shop.source.look() is False
    shop.now = hq.now = AT + (SCREEN_DAYS / 2 + 2) * DAY
    hq.up = False
    assert shop.source.look() is False, "HQ's certificate is better than one of the box's own"
    hq.up = True
    assert shop.source.look() is True
    known = shop.folder.vouched()
    assert known and known.ends > shop.now + 390 * DAY


def test_another_certificate_is_shown_without_a_restart(tmp_path: Path) -> None:
    shop = Shop(tmp_path, None)
    keeper = Keeper(shop.source)
    first = keeper.context()
    keeper.start()
    try:
        shop.hosts.append("192.168.7.9")
        for _ in range(200):
            keeper.wake()
            if keeper.context() is not first:
                break
            keeper._thread.join(0.02)
        assert keeper.context() is not first
    finally:
        keeper.stop()


def test_the_shops_own_files_are_shown_and_looked_at_again(tmp_path: Path) -> None:
    Shop(tmp_path, None).source.look()
    certificate, key = tmp_path / "https" / "box.crt", tmp_path / "https" / "box.key"
    source = Brought(certificate, key)
    assert [source.look(), source.look()] == [True, False]
    os.utime(certificate, (AT + 5, AT + 5))
    assert source.look() is True


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_without_a_certificate_the_start_names_the_file(tmp_path: Path, content: str | None) -> None:
    certificate = tmp_path / "shop.crt"
    if content:
        certificate.write_text(content)
        (tmp_path / "shop.key").write_text(content)
    with pytest.raises(TlsError, match=r"shop\.crt"):
        Keeper(Brought(certificate, tmp_path / "shop.key"))
