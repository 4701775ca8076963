"""Guarantee 3 at HQ: whatever one event holds, the next one is applied and the mark moves on."""

import json

import msgspec
import pytest
from sqlalchemy import select

from edge.domain.events import BasketSent, Event
from hq import events, quarantine
from hq.insight import baskets, timeline
from hq.ledger import SqlLedger
from hq.projection.basket import HIGHEST_PRICE
from hq.service import Hq
from hq.store import tables
from sync.codec import Envelope, Receipt
from sync.ingest import ingest
from tests.hq.boxes import NOW, STORE, Box, basket_sent, line, viewed, yes

MAIL = "sarah@example.com"
LATEST, EARLIEST = 2**63 - 1, -(2**63)


@pytest.fixture
def hq(any_hq: Hq) -> Hq:
    return any_hq


def body_with(event: Event, field: str) -> str:
    """The body of `event` with one field more, as JSON, that no HQ knows."""
    return f'{msgspec.json.encode(event).decode()[:-1]},"later":{field}}}'


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


def applied(hq: Hq) -> list[int]:
    with hq.reading() as connection:
        return list(connection.scalars(select(tables.event.c.n).order_by(tables.event.c.n)))


def reasons(hq: Hq) -> list[str]:
    with hq.reading() as connection:
        return [row.reason for row in quarantine.rows(connection)]


def follow(hq: Hq, ledger: SqlLedger, box: Box) -> list[int]:
    """The numbers applied once a good event follows what `box` holds, which the receipt must name."""
    last = box.append(viewed())
    answer = ingest(ledger, STORE, box.payload())
    assert isinstance(answer, Receipt) and (answer.n, answer.hash) == (last.n, last.hash)
    return applied(hq)


BODIES: dict[str, tuple[str, str, str]] = {
    "no JSON": ("ProductViewed", "not json", "malformed"),
    "nothing": ("ProductViewed", "", "truncated"),
    "nested lists": ("BasketSent", nested(50_000), "nests deeper"),
    "nested objects left open": ("BasketSent", '{"x":' * 9_000, "nests deeper"),
    "nested in an unknown field": ("ProductViewed", body_with(viewed(), nested(50_000)), "nests deeper"),
    "nested as one reader could follow": ("ProductViewed", body_with(viewed(), nested(500)), "nests deeper"),
    "nested after a string with a quote": ("ProductViewed", body_with(viewed(), f'["\\"",{nested(99)}]'), "deeper"),
    "a string left open": ("ProductViewed", '{"x":[' + "[" * 20 + '"' + '\\"[{' * 50_000, "truncated"),
    "too long": ("ProductViewed", body_with(viewed(), json.dumps("y" * 300_000)), "longer than"),
    "half a surrogate": ("ProductViewed", '{"visit":"\\ud800"}', "truncated"),
    "NUL": ("ProductViewed", "\0", "NUL"),
    "a version of 4000 digits": ("CatalogueTurned", '{"epoch":1,"n":' + "9" * 4_000 + "}", "out of range"),
    "a long wrong word": ("BasketSent", '{"channel":"' + "w" * 200_000 + '"}', "the body is no BasketSent"),
    "an unknown kind": ("K" * 60, "{}", "is not known to this HQ"),
}


@pytest.mark.parametrize(("kind", "body", "reason"), BODIES.values(), ids=BODIES)
def test_no_body_stops_the_event_behind_it(
    hq: Hq, ledger: SqlLedger, box: Box, kind: str, body: str, reason: str
) -> None:
    box.append(body, kind=kind)
    assert follow(hq, ledger, box) == [2]
    (said,) = reasons(hq)
    assert reason in said and len(said) <= 200


@pytest.mark.parametrize("text", ["[" * 5_000, '{"\\' * 2_000, '"' * 3_000])
def test_brackets_in_what_somebody_wrote_are_no_nesting(hq: Hq, ledger: SqlLedger, box: Box, text: str) -> None:
    box.append(viewed(sku=text))
    box.append(body_with(viewed(), json.dumps([{"x": text}] * 20)))
    box.envelopes[1] = msgspec.structs.replace(box.envelopes[1], kind="ProductViewed")
    assert follow(hq, ledger, box) == [1, 2, 3]


BASKETS: dict[str, tuple[BasketSent, str]] = {
    "a price below nothing": (basket_sent(line(price=-1)), "a price"),
    "a price past every sum": (basket_sent(line("a", price=2**62), line("b", price=2**62)), "a price"),
    "a price past every column": (basket_sent(line(price=2**70)), "a price"),
    "an article twice": (basket_sent(line(), line()), "two lines of one article"),
    "no article": (msgspec.convert({**msgspec.to_builtins(basket_sent()), "lines": []}, BasketSent), "0 lines"),
    "a quantity of 100": (basket_sent(line(quantity=100)), "a quantity"),
    "a long SKU": (basket_sent(line("s" * 99)), "sku is longer"),
    "a basket that is a word": (basket_sent(basket="zzz"), "32 hex digits"),
    "a basket in capitals": (basket_sent(basket="A" * 32), "32 hex digits"),
    "a basket with a line break": (basket_sent(basket="a" * 32 + "\n"), "32 hex digits"),
    "a basket with NUL": (basket_sent(basket="\0" * 32), "32 hex digits"),
}


@pytest.mark.parametrize(("sent", "reason"), BASKETS.values(), ids=BASKETS)
def test_no_basket_stops_the_event_behind_it_and_a_bad_one_queues_no_mail(
    hq: Hq, ledger: SqlLedger, box: Box, sent: BasketSent, reason: str
) -> None:
    box.append(sent, mail=MAIL)
    assert follow(hq, ledger, box) == [2]
    (said,) = reasons(hq)
    assert reason in said
    with hq.reading() as connection:
        assert connection.execute(select(tables.mail.c.id)).first() is None


def test_the_dearest_basket_is_taken_and_added_up(hq: Hq, ledger: SqlLedger, box: Box) -> None:
    dear = (line(f"sku-{number}", 99, price=HIGHEST_PRICE) for number in range(200))
    box.append(basket_sent(*dear), mail=MAIL)
    assert follow(hq, ledger, box) == [1, 2]
    with hq.reading() as connection:
        (summary,) = baskets.latest(connection)
    assert (summary.articles, summary.total.amount) == (200 * 99, 200 * 99 * HIGHEST_PRICE)


@pytest.mark.parametrize("sent", [NOW, 0, -(2**62), 2**62, LATEST])
@pytest.mark.parametrize("at", [0, -5, EARLIEST, -(2**62), 2**53, LATEST])
def test_a_clock_of_any_time_keeps_the_event_and_derives_times_that_are_possible(
    hq: Hq, ledger: SqlLedger, box: Box, at: int, sent: int
) -> None:
    """Guarantee 7: a box's clock may be absurd, its events are good."""
    box.clock = at
    box.append(basket_sent(consents=(yes(),)), mail=MAIL)
    box.append(basket_sent(consents=(yes(granted=False),)), mail=MAIL)
    box.clock = sent
    assert follow(hq, ledger, box) == [1, 2, 3]
    with hq.reading() as connection:
        times = [
            *connection.scalars(select(tables.basket.c.sent)),
            *connection.scalars(select(tables.profile.c.created)),
        ]
        times += connection.scalars(select(tables.consent.c.at))
        (skew,) = connection.scalars(select(tables.log.c.skew))
        profile = connection.scalar(select(tables.profile.c.id)) or ""
        moments = timeline.timeline(connection, profile)
    assert all(0 <= time <= NOW + 1 for time in times)
    assert abs(skew) <= 2**53
    assert all(moment.at >= 0 for moment in moments)


ENVELOPES: dict[str, dict[str, object]] = {
    "a time past every column": {"at": 10**30},
    "an id that is none": {"id": "zz"},
    "an id with NUL": {"id": "\0"},
    "a long id": {"id": "a" * 9_999},
    "a long origin": {"origin": "o" * 500},
    "a long kind": {"kind": "K" * 5_000},
    "a seal without its blob": {"seal": "ff" * 32, "kind": "BasketSent"},
}


@pytest.mark.parametrize("fields", ENVELOPES.values(), ids=ENVELOPES)
def test_no_envelope_stops_the_event_behind_it(hq: Hq, ledger: SqlLedger, box: Box, fields: dict[str, object]) -> None:
    good = box.append(viewed())
    box.envelopes[0] = msgspec.structs.replace(good, **fields)
    box.blobs["ff" * 32] = b""
    assert follow(hq, ledger, box) == [2]
    assert len(reasons(hq)) == 1


@pytest.mark.parametrize("step", ["row_of", "decode"])
@pytest.mark.parametrize("error", [RecursionError, OverflowError, KeyError])
def test_an_error_of_hqs_own_is_blamed_on_one_event_alone(
    hq: Hq, ledger: SqlLedger, box: Box, monkeypatch: pytest.MonkeyPatch, step: str, error: type[Exception]
) -> None:
    right = getattr(events, step)

    def broken(*given: object, **named: object) -> object:
        if any(isinstance(one, Envelope) and one.n == 1 for one in given):
            raise error("a bug of HQ")
        return right(*given, **named)

    monkeypatch.setattr(events, step, broken)
    box.append(viewed())
    assert follow(hq, ledger, box) == [2]
    (said,) = reasons(hq)
    assert said.startswith(f"HQ failed on it: {error.__name__}")


@pytest.mark.parametrize("together", [True, False])
def test_a_sound_event_is_applied_though_a_bad_one_before_it_bears_its_id(
    hq: Hq, ledger: SqlLedger, box: Box, *, together: bool
) -> None:
    bad = box.append("not json", kind="ProductViewed")
    box.append(viewed(), id=bad.id)
    if not together:
        ingest(ledger, STORE, box.payload(1, 1))
    assert follow(hq, ledger, box) == [2, 3]
    assert len(reasons(hq)) == 1
