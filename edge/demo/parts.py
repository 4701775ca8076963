"""The demo's processes, in the order in which they start."""

import sys

from edge.demo.broker import broker
from edge.demo.plan import READERS, Plan
from edge.demo.process import Part
from edge.demo.programs import program


def wire(plan: Plan, kind: str = "") -> Part:
    return broker(plan.dir / "broker", plan.logs, plan.ports["broker"], kind)


def inbox(plan: Plan) -> Part:
    ports = ["--smtp", str(plan.ports["smtp"]), "--port", str(plan.ports["inbox"])]
    return Part("inbox", [*module("edge.demo.inbox"), *ports, "--dir", str(plan.dir / "inbox")], plan.logs)


def readers(plan: Plan) -> Part:
    kinds = {"barcode_serial": "--scanner", "nfc_pn532": "--chip"}
    devices = [f"{kinds[reader.driver]}={reader.name}" for reader in READERS if reader.driver in kinds]
    return Part("readers", [*module("hardware.simulated"), "--dir", str(plan.readers), *devices], plan.logs)


def hq(plan: Plan) -> Part:
    wires = ["--broker", plan.address("broker"), "--smtp", plan.address("smtp")]
    place = ["--dir", str(plan.hq), "--port", str(plan.ports["hq"]), "--public-url", plan.url("hq")]
    return Part("hq", [program("tote-hq"), "run", *place, *wires, "--json"], plan.logs)


def box(plan: Plan) -> Part:
    return Part("box", [program("tote"), "run", "--config", str(plan.config), "--json"], plan.logs)


def shelf(plan: Plan) -> Part:
    ports = ["--port", str(plan.ports["shelf"]), "--broker-port", str(plan.ports["broker"]), "--box", plan.url("box")]
    return Part("shelf", [*module("edge.demo.shelf"), "--dir", str(plan.dir), *ports], plan.logs)


def module(name: str) -> list[str]:
    return [sys.executable, "-m", name]
