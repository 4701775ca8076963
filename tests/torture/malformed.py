"""Malformed MQTT payloads and HTTP requests at a box and an HQ, through a real broker and real sockets.

Hypothesis makes as many payloads as requests, over every topic and every route (taken from both url_maps; schemathesis
needs an OpenAPI, which neither has). No answer may be a 5xx, neither process may end or meet an exception that it did
not foresee, and an event must get from a screen to HQ afterwards. In the control some views are broken on purpose.
"""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from paho.mqtt.enums import CallbackAPIVersion

from hq.service import open_hq
from hq.web import create_app as create_hq
from kiosk import create_app as create_kiosk
from kiosk.server import serve
from tests.torture.full_box import shop_on
from tests.torture.hostile_http import Client, Hostile, requests_to
from tests.torture.hostile_mqtt import payloads
from tests.torture.house import House, known_words
from tests.torture.report import Report

NAME, SHORT, LONG = "malformed", 1000, 20_000
"""Half of them are payloads, half are requests."""
AT_ONCE = 50
"""Payloads on their way before the broker has to have taken the first."""


def run(count: int, seed: int, report: Report, folder: Path) -> None:
    with House(folder) as house, shop_on(folder, folder / "routes") as (shop, _, _):
        kiosk = create_kiosk(shop)
        strategy = _of_both(house, kiosk, folder)
        _mqtt(house, -(-count // 2), seed)
        statuses = _http(house, strategy, -(-count // 2), seed)
        house.check()
        missed = _control(kiosk, house, seed)
    report.add(payloads=-(-count // 2), requests=sum(statuses.values()), server_errors=0, crashes=0)
    report.add(**{f"answers_{status or 'none'}": times for status, times in sorted(statuses.items())})
    report.control("views that break", missed > 0, "were found")
    for _ in report.rounds(count, seed):
        """All examples went through together: what fails is repeated with the same seed and count."""


def _of_both(house: House, kiosk: Flask, folder: Path) -> st.SearchStrategy[Hostile]:
    hq = open_hq(folder / "routes-hq")
    try:
        known = known_words(house)
        return requests_to("box", kiosk.url_map, known) | requests_to("hq", create_hq(hq).url_map, known)
    finally:
        hq.close()


def _mqtt(house: House, count: int, seed: int) -> None:
    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv311)
    taken = threading.Semaphore(AT_ONCE)
    client.on_publish = lambda *_: taken.release()
    client.connect("127.0.0.1", house.port)
    client.loop_start()
    try:

        def publish(payload: tuple[str, bytes]) -> None:
            assert taken.acquire(timeout=30), "the broker takes nothing any more"
            client.publish(*payload, qos=1)

        _examples(payloads, publish, count, seed)
        for _ in range(AT_ONCE):
            assert taken.acquire(timeout=30), "the broker has not taken everything"
    finally:
        client.disconnect()
        client.loop_stop()
        if line := client.socket():  # paho leaves it open where it had only just connected again
            line.close()


def _http(house: House, strategy: st.SearchStrategy[Hostile], count: int, seed: int) -> dict[int, int]:
    client, statuses = Client({"box": house.box, "hq": house.hq}), dict[int, int]()

    def ask(hostile: Hostile) -> None:
        status = client.ask(hostile)
        statuses[status] = statuses.get(status, 0) + 1
        assert status < 500, f"{hostile} is answered {status}"

    try:
        _examples(strategy, ask, count, seed)
    finally:
        client.close()
    return statuses


def _examples(strategy: st.SearchStrategy[Any], check: Callable[[Any], None], count: int, seed: int) -> None:
    """`check` with `count` values of `strategy`, the same for the same seed; the simplest that fails is told."""

    @seeded(seed)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def every(value: Any) -> None:
        check(value)

    every()


def _control(kiosk: Flask, house: House, seed: int) -> int:
    """How often requests over the same url_map find views that can't take what they are sent."""
    logging.disable(logging.CRITICAL)
    for view in kiosk.view_functions:
        kiosk.view_functions[view] = lambda **_: str(1 // 0)
    server = serve(kiosk)
    server.start()
    client, found = Client({"box": f"http://127.0.0.1:{server.port}"}), []
    try:

        def ask(hostile: Hostile) -> None:
            found.extend([hostile] if client.ask(hostile) >= 500 else [])

        _examples(requests_to("box", kiosk.url_map, known_words(house)), ask, 100, seed)
    finally:
        client.close()
        server.stop()
        logging.disable(logging.NOTSET)
    return len(found)
