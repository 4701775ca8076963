"""What `tote doctor` finds about the line: certificates, brokers, what this box may say and hear there, HQ's web."""

import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import requests

from edge.cli.doctor_delivery import examine_delivery
from edge.cli.selftest.answers import Finding
from edge.config import Config

SOON = 30 * 86_400
"""Seconds before its end at which a certificate is a finding."""


def examine_line(config: Config) -> Iterator[Finding]:
    if config.hq.tls:
        ca, certificate, _ = config.line_files
        yield _certificate(certificate, "this box's certificate")
        yield _certificate(ca, "HQ's authority")
    brokers = [_broker(*address) for address in config.hq.brokers]
    yield from brokers
    if any(broker.ok for broker in brokers):
        yield from examine_delivery(config)
    yield _hq(config.hq.url)


def _certificate(path: Path, whose: str) -> Finding:
    from cryptography import x509  # takes its time

    remedy = "enrol the box again: tote enrol --hq URL --code CODE"
    try:
        ends = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc.timestamp()
    except (OSError, ValueError) as error:
        return Finding(what="trust", ok=False, words=f"{whose} can't be used: {error}", remedy=remedy)
    good = ends - time.time() > SOON
    words = f"{whose} lasts until {datetime.fromtimestamp(ends, UTC):%d %B %Y}"
    return Finding(what="trust", ok=good, words=words, remedy="" if good else remedy)


def _broker(host: str, port: int) -> Finding:
    try:
        socket.create_connection((host, port), timeout=3).close()
    except OSError as error:
        remedy = "events wait and nothing is lost; check the network and hq.broker in the settings"
        words = f"{host}:{port} does not answer ({error.strerror or error})"
        return Finding(what="broker", ok=False, words=words, remedy=remedy)
    return Finding(what="broker", ok=True, words=f"{host}:{port} answers")


def _hq(url: str) -> Finding:
    try:
        answer = requests.get(f"{url.rstrip('/')}/feeds/catalogue/head.json", timeout=5)
    except requests.RequestException:  # whose text is for programmers
        remedy = "is HQ running, and the network up? Check hq.url in the settings"
        return Finding(what="hq", ok=False, words=f"{url} does not answer", remedy=remedy)
    ok = answer.status_code in (requests.codes.ok, requests.codes.not_found)
    return Finding(what="hq", ok=ok, words=f"{url} answers {answer.status_code}", remedy="" if ok else "check hq.url")
