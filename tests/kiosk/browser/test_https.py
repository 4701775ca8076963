"""The camera of a tablet that opens the box by its name on the shop's network: pages are secure, and so it works."""

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from edge.tls import Folder, Keeper
from edge.tls.sources import Vouching
from kiosk import create_app
from kiosk.server import serve
from tests.conftest import CHROMIUM, FLAGS
from tests.edge.tls.greeting import AT
from tests.kiosk.aurora import FOLDER, Aurora
from tests.kiosk.browser.film import film, scene
from tests.kiosk.browser.test_camera import CODE, FAKE, sheet
from tests.kiosk.browser.test_journey import BOOT, BOOT_EAN, scan
from tests.ports import free_port

NAME = "aurora.local"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "https", "aurora-tallinn")


@pytest.fixture
def app(aurora: Aurora) -> Flask:
    return create_app(aurora.shop, theme=FOLDER / "theme.toml", hosts=(NAME,))


@pytest.fixture
def address(app: Flask, folder: Folder) -> Iterator[str]:
    """The box as a tablet finds it; as elsewhere in these tests it runs in this process."""
    keeper = Keeper(Vouching(folder, hosts=lambda: [NAME], ask=None, now=lambda: AT))
    server = serve(app, port=free_port(), tls=keeper.context)
    server.start()
    yield f"{NAME}:{server.port}"
    server.stop()


@pytest.fixture
def tablet(browser: Browser, address: str, folder: Folder, tmp_path: Path) -> Iterator[Page]:
    """A Chromium that trusts the key of the box's certificate, as one does on which its authority was put."""
    lens = film(tmp_path / "code.mjpeg", *[scene(CODE, -6)] * 10)
    trust = f"--ignore-certificate-errors-spki-list={_pin(folder.chain[0])}"
    there = f"--host-resolver-rules=MAP {NAME} 127.0.0.1"
    flags = [*FLAGS, *FAKE, f"--use-file-for-fake-video-capture={lens}", there]
    with_trust = browser.browser_type.launch(executable_path=CHROMIUM, args=[*flags, trust])
    context = with_trust.new_context(viewport={"width": 1280, "height": 800}, base_url=f"https://{address}")
    context.set_default_timeout(8000)
    page, said = context.new_page(), list[str]()
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda told: said.append(told.text) if "Content Security" in told.text else None)
    yield page
    with_trust.close()
    assert said == []


def _pin(certificate: Path) -> str:
    public = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    return b64encode(sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()).decode()


def shows_boot(page: Page) -> None:
    expect(page.locator(f"[data-screen='article'][data-sku='{BOOT}']")).to_be_visible()


def test_the_camera_reads_an_article_and_the_stream_shows_it(tablet: Page) -> None:
    tablet.goto("/s/tablet")
    assert tablet.evaluate("isSecureContext") is True
    tablet.locator("[data-camera]").click()
    shows_boot(tablet)


def test_a_scan_elsewhere_reaches_the_page_over_the_secure_stream(tablet: Page, aurora: Aurora) -> None:
    tablet.goto("/s/tablet")
    scan(aurora, BOOT_EAN)
    shows_boot(tablet)


def test_control_in_the_open_the_same_page_has_no_camera(tablet: Page, address: str) -> None:
    """Under a name, a browser takes nothing for secure that came in the open; the box serves it to its own machine."""
    tablet.goto(f"http://{address}/s/tablet")
    assert tablet.evaluate("isSecureContext") is False
    tablet.locator("[data-camera]").click()
    sheet(tablet, "insecure")
