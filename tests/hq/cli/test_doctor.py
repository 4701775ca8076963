"""`tote-hq doctor` and `tote-hq status`: each finding with its remedy, exit statuses, and the broker by delivery."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edge.domain.box_state import BoxState
from hq import decisions
from hq.cli import main
from hq.config import Alarms, Broker, Mail
from hq.doctor import Check, delivery, house, outside, trust
from hq.fleet import states
from hq.fleet.states import Heard
from hq.ledger import SqlLedger
from hq.line import take
from hq.service import Hq
from sync import topics
from tests.guarantees.secured import Secured, needs_mosquitto, secured
from tests.hq.boxes import STORE, Box, viewed
from tests.hq.conftest import Clock
from tests.ports import free_port

HOUR = 3_600_000


def by_name(checks: Iterator[Check]) -> dict[str, Check]:
    return {check.what: check for check in checks}


def of(hq: Hq, **config: Any) -> Hq:
    return replace(hq, config=replace(hq.config, **config))


def test_an_hq_that_is_well_says_so(any_hq: Hq) -> None:
    checks = list(house.examine(any_hq))
    assert [check.what for check in checks] == ["disk", "database", "backup", "mails", "clock"]
    assert all(check.ok and not check.remedy for check in checks)


def test_a_backup_that_is_old_or_was_never_taken_is_found_once_there_is_something_to_lose(
    hq: Hq, box: Box, ledger: SqlLedger, clock: Clock
) -> None:
    box.append(viewed())
    take(hq, ledger, topics.up(STORE), box.payload())
    assert house.backup(hq).ok, "it began just now"
    clock.now += 49 * HOUR
    never = house.backup(hq)
    assert not never.ok and "none was ever taken" in never.words and "tote-hq backup" in never.remedy
    decisions.backed_up(hq, "0" * 32, made=clock.now - 3 * HOUR)
    assert house.backup(hq).ok and "3 hours old" in house.backup(hq).words
    assert not house.backup(of(hq, alarms=Alarms(backup_hours=2))).ok


def test_a_full_disk_and_a_clock_that_went_back_are_found(hq: Hq, clock: Clock) -> None:
    full = house.disk(of(hq, alarms=Alarms(disk_mib=1 << 40)))
    assert not full.ok and "Make room" in full.remedy
    decisions.suppress(hq, "f" * 64, "bounced")
    clock.now -= HOUR
    found = house.clock(hq)
    assert not found.ok and "timedatectl" in found.remedy


def test_a_service_and_a_mail_server_that_do_not_answer_are_found(hq: Hq) -> None:
    port = free_port()
    away = of(hq, web=replace(hq.config.web, port=port), mail=Mail(smtp=f"127.0.0.1:{port}"))
    assert [(check.what, check.ok) for check in outside.examine(away)] == [("service", False), ("mail", False)]
    assert all(check.remedy for check in outside.examine(away))
    assert "mail.smtp" in outside.mail_server(hq).remedy


def test_a_broker_that_is_not_there_is_found(hq: Hq, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "PATIENCE", 0.5)
    (found,) = delivery.examine(of(hq, broker=Broker(address=f"127.0.0.1:{free_port()}")))
    assert not found.ok and "broker.address" in found.remedy
    (none,) = delivery.examine(hq)
    assert not none.ok and "no store reaches HQ" in none.words


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    with secured(tmp_path_factory.mktemp("doctor") / "hq") as here:
        yield here


@needs_mosquitto
def test_the_generated_broker_delivers_what_it_should_and_nothing_else(line: Secured) -> None:
    checks = by_name(delivery.examine(line.hq))
    assert {what: check.ok for what, check in checks.items()} == {"broker": True, "delivery": True, "access": True}
    assert "for itself alone" in checks["access"].words


@needs_mosquitto
def test_a_broker_without_the_rules_is_found_by_what_arrives(tmp_path: Path) -> None:
    with secured(tmp_path / "hq", access="pattern readwrite #\n") as lax:
        found = by_name(delivery.examine(lax.hq))["access"]
    assert not found.ok and "for any store" in found.words and "broker-config" in found.remedy


@needs_mosquitto
def test_a_broker_that_passes_nothing_on_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "PATIENCE", 2.0)
    with secured(tmp_path / "hq", access="user nobody\ntopic read x\n") as deaf:
        found = by_name(delivery.examine(deaf.hq))["delivery"]
    assert not found.ok and found.remedy


@needs_mosquitto
def test_certificates_say_when_they_end(line: Secured) -> None:
    checks = list(trust.examine(line.hq))
    assert len(checks) == 4 and all(check.ok for check in checks), checks
    later = replace(line.hq, clock=lambda: line.hq.clock() + 3 * 365 * 24 * HOUR)
    ending = [check for check in trust.examine(later) if not check.ok]
    assert len(ending) == 1 and "broker" in ending[0].words and "broker-config" in ending[0].remedy


def test_the_commands_tell_all_and_end_as_they_should(hq: Hq, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--dir", str(hq.dir)]) == 0
    assert "all is well" in capsys.readouterr().out
    with hq.engine.begin() as connection:
        low, now = BoxState(version="1", disk_free=5), int(time.time() * 1000)
        states.keep(connection, {STORE: Heard(online=True, state=low, at=now)}, now=now)
    assert main(["status", "--dir", str(hq.dir)]) == 1
    told = capsys.readouterr().out
    assert f"{STORE}  0 MiB are free" in told and "1 need somebody" in told
    assert main(["status", "--dir", str(hq.dir), "--json"]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    needs = json.loads(line)["needs"]
    assert any(one["store"] == STORE and one["kind"] == "disk" for one in needs)
    assert main(["doctor", "--dir", str(hq.dir), "--json"]) == 1
    rows = [json.loads(row) for row in capsys.readouterr().out.splitlines()]
    assert {row["what"] for row in rows} >= {"disk", "database", "backup", "broker", "service", "mail"}
    assert all(row["remedy"] for row in rows if not row["ok"])
    assert main(["status", "--dir", str(hq.dir / "nowhere")]) == 2
