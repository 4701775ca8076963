"""From scan to purchase, per store, station and article; what was missed; as pages and as CSV."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, abort, request

from hq import stores
from hq.catalogue import first_name
from hq.days import day_of
from hq.exports.sheet import sheet
from hq.insight.funnel import Cut, Row, by_article, by_station, daily, funnel
from hq.insight.missed import dead_ends, missed_sizes
from hq.web.pages import hq

Page = Callable[..., str]
DAYS = {"week": ("7 days", 6), "month": ("30 days", 29), "quarter": ("90 days", 89)}
"""Whole days before today that each period looks back."""
SHOWN, EXPORTED = 12, 10_000
"""Rows of a table on the page, and in a file."""
HEADERS = {
    "stations": ("store", "station", "scans", "adds", "baskets_sent", "led_to_purchase"),
    "articles": ("sku", "article", "scans", "adds", "baskets_sent", "led_to_purchase"),
    "missed": ("sku", "article", "variant", "people", "told", "bought_since"),
    "searches": ("words", "searches", "found_nothing", "result_opened"),
}


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One day of the chart; heights in per cent of the highest."""

    day: str
    scans: int
    adds: int
    sent: int
    scans_high: float
    adds_high: float
    sent_high: float


def add_to(blueprint: Blueprint, page: Page) -> None:
    """`page` renders one of HQ's own templates."""
    blueprint.add_url_rule("/insight", "insight", lambda: shown(page))
    blueprint.add_url_rule("/insight/<what>.csv", "insight_file", export)


def shown(page: Page) -> str:
    period, cut = _asked()
    with hq().reading() as reading:
        return page(
            "insight.html",
            here="insight",
            period=period,
            periods=DAYS,
            cut=cut,
            stores=[(one.store, one.name or one.store) for one in stores.overview(reading, hq().clock()) if one.name],
            steps=funnel(reading, cut),
            bars=_bars(daily(reading, cut), DAYS[period][1]),
            stations=by_station(reading, cut)[:SHOWN],
            articles=_named(by_article(reading, cut, SHOWN)),
            missed=missed_sizes(reading, cut, SHOWN),
            searches=dead_ends(reading, cut, SHOWN),
        )


def export(what: str) -> Response:
    if what not in HEADERS:
        abort(404)
    _, cut = _asked()
    answer = Response(sheet(HEADERS[what], _rows(what, cut)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{what}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _asked() -> tuple[str, Cut]:
    period = request.args.get("period", "month")
    period = period if period in DAYS else "month"
    since = hq().clock() - DAYS[period][1] * 86_400_000
    return period, Cut(since=since, store=request.args.get("store", "")[:32])


def _rows(what: str, cut: Cut) -> Iterator[Sequence[str | int]]:
    with hq().reading() as reading:
        if what == "stations":
            yield from ((*row.name, *_numbers(row)) for row in by_station(reading, cut))
        elif what == "articles":
            found = _named(by_article(reading, cut, EXPORTED))
            yield from ((row.name[0], name, *_numbers(row)) for row, name in found)
        elif what == "missed":
            for one in missed_sizes(reading, cut, EXPORTED):
                yield one.sku, one.name, one.variant, one.people, one.told, one.bought
        else:
            for end in dead_ends(reading, cut, EXPORTED):
                yield end.words, end.searches, end.empty, end.chosen


def _numbers(row: Row) -> tuple[int, int, int, int]:
    return row.scans, row.adds, row.sent, row.bought


def _named(rows: list[Row]) -> list[tuple[Row, str]]:
    catalogue = hq().catalogue()
    return [(row, first_name(catalogue, row.name[0], row.name[0])) for row in rows]


def _bars(found: list[tuple[int, int, int, int]], back: int) -> list[Bar]:
    """A bar for every day of the period, also for those without anything."""
    today, known = day_of(hq().clock()), {day: times for day, *times in found}
    days = [(day, *known.get(day, (0, 0, 0))) for day in range(today - back, today + 1)]
    most = max((max(times) for _, *times in days), default=0) or 1
    return [
        Bar(
            day=(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)).strftime("%-d %b"),
            scans=scans,
            adds=adds,
            sent=sent,
            scans_high=100 * scans / most,
            adds_high=100 * adds / most,
            sent_high=100 * sent / most,
        )
        for day, scans, adds, sent in days
    ]
