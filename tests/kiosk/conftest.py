"""A real shop over the demo's range, its screens, and a real browser before them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk import create_app
from kiosk.server import Server, serve
from tests.kiosk.aurora import FOLDER, Aurora, Range
from tests.ports import free_port


@pytest.fixture(scope="session")
def demo_range(tmp_path_factory: pytest.TempPathFactory) -> Range:
    return Range(tmp_path_factory.mktemp("range"))


@pytest.fixture
def aurora(tmp_path: Path, demo_range: Range) -> Iterator[Aurora]:
    aurora = Aurora(tmp_path, demo_range)
    yield aurora
    aurora.close()


@pytest.fixture
def app(aurora: Aurora) -> Flask:
    return create_app(aurora.shop, theme=FOLDER / "theme.toml")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def server(app: Flask) -> Iterator[Server]:
    server = serve(app, port=free_port())
    server.start()
    yield server
    server.stop()


@pytest.fixture
def box(server: Server) -> str:
    """The address of the running screens."""
    return f"http://127.0.0.1:{server.port}"
