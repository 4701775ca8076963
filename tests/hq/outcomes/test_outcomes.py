"""What is kept of baskets and summed by day is what all that is known says, whatever happened in which order."""

from collections import defaultdict
from collections.abc import Callable
from itertools import product
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, Table, delete, insert, select, update

from hq import decisions
from hq.config import Config, Database
from hq.insight.funnel import Cut, by_article, by_station, funnel
from hq.ledger import ledger_of
from hq.linking import ruling
from hq.outcomes import following
from hq.projection import spans
from hq.service import Hq
from hq.store import tables
from hq.store.state import state_hash
from hq.web.browser import note_visit
from sync.ingest import ingest
from tests.hq.boxes import DAY, NOW, STORE, basket_sent, box_of, line

KEPT = [tables.outcome, tables.outcome_line, tables.day_basket, tables.day_article, tables.day_people]
PROFILES, SKUS, STORES = [f"{n:032x}" for n in range(1, 7)], ["boot", "coat", "hat"], ["tallinn", "berlin"]
CUTS = [
    Cut(since=NOW + day * DAY, store=store, sku=sku) for day, store, sku in product((0, 3), ("", *STORES), ("", *SKUS))
]
MOVES = 60


class History:
    """Rows come, change and go as they do at work, drawn at random; who is one person is always told in full."""

    def __init__(self, connection: Connection, seed: int) -> None:
        self.connection, self.random, self.n = connection, Random(seed), 0
        made = [{"id": one, "created": 0, "language": "en", "control": False} for one in PROFILES]
        connection.execute(insert(tables.profile), made)
        self.moves: list[Callable[[], None]] = [
            *[self.send] * 3,
            *[self.order] * 3,
            self.visit,
            self.visit,
            self.group,
            self.send_again,
            self.order_changes,
            self.order_goes,
            self.basket_goes,
        ]

    def go_on(self) -> None:
        self.random.choice(self.moves)()

    def send(self) -> None:
        self.n += 1
        basket = f"b{self.n}"
        row = {"id": basket, "shop_id": f"s{self.n // 2}", "event": "", "language": "en", "sent": self._time()}
        where = {"store": self._one(STORES), "station": self._one(["wall", "tablet"]), "profile": self._one(PROFILES)}
        self.connection.execute(insert(tables.basket).values(where | row))
        self._fill(basket)

    def send_again(self) -> None:
        if basket := self._known(tables.basket):
            this = tables.basket.c.id == basket.id
            changes = {"sent": self._time(), "profile": self._one(PROFILES), "store": self._one(STORES)}
            self.connection.execute(update(tables.basket).where(this).values(changes))
            self.connection.execute(delete(tables.basket_line).where(tables.basket_line.c.basket == basket.id))
            self._fill(basket.id)

    def order(self) -> None:
        self.n += 1
        basket = self._known(tables.basket)
        names = [None, None, basket.id, basket.shop_id] if basket else [None]
        row = {"store": self._one(STORES), "order_id": f"o{self.n}", "sku": self._one(SKUS), "price": 1}
        row |= {"currency": "EUR", "quantity": self._one([1, 2, -1]), "at": self._time()}
        row |= {"profile": self._one([None, *PROFILES]), "basket": self._one(names)}
        self.connection.execute(insert(tables.order_line).values(row))

    def order_changes(self) -> None:
        if order := self._known(tables.order_line):
            changes = {"profile": self._one([None, *PROFILES]), "quantity": self._one([1, -1]), "at": self._time()}
            change = self._one(sorted(changes))
            this = tables.order_line.c.order_id == order.order_id
            self.connection.execute(update(tables.order_line).where(this).values({change: changes[change]}))

    def order_goes(self) -> None:
        if order := self._known(tables.order_line):
            self.connection.execute(delete(tables.order_line).where(tables.order_line.c.order_id == order.order_id))

    def basket_goes(self) -> None:
        if basket := self._known(tables.basket):
            self.connection.execute(delete(tables.basket_line).where(tables.basket_line.c.basket == basket.id))
            self.connection.execute(delete(tables.basket).where(tables.basket.c.id == basket.id))

    def visit(self) -> None:
        basket = self._known(tables.basket)
        mail = self.random.random() < 0.5
        row = {"profile": self._one(PROFILES), "page": "mail" if mail else "basket", "at": self._time()}
        self.connection.execute(
            insert(tables.web_visit).values(row | {"basket": basket.id if basket and not mail else None})
        )

    def group(self) -> None:
        """As `hq.linking.regrouping` does it: what differs goes, and comes."""
        member = tables.member
        groups = defaultdict(list)
        for profile in PROFILES:
            groups[self.random.randrange(5)].append(profile)
        wanted = {f"d{one}": (one, min(those)) for those in groups.values() if len(those) > 1 for one in those}
        held = {row.digest: (row.profile, row.person) for row in self.connection.execute(select(member))}
        changed = sorted(digest for digest in {*wanted, *held} if wanted.get(digest) != held.get(digest))
        self.connection.execute(delete(member).where(member.c.digest.in_(changed)))
        rows = [
            dict(zip(("digest", "kind", "profile", "person"), (one, "mail", *wanted[one]), strict=True))
            for one in changed
            if one in wanted
        ]
        if rows:
            self.connection.execute(insert(member), rows)

    def _fill(self, basket: str) -> None:
        same = {"product_id": "", "name": "", "variant": "", "quantity": 1, "fulfilment": "take", "price": 1}
        for place, sku in enumerate(self.random.sample(SKUS, self.random.randint(0, 3))):
            row = same | {"basket": basket, "sku": sku, "position": place, "currency": "EUR"}
            self.connection.execute(insert(tables.basket_line).values(row))

    def _time(self) -> int:
        return NOW + self.random.randrange(6 * DAY)

    def _one(self, some: list[Any]) -> Any:
        return self.random.choice(some)

    def _known(self, table: Table) -> Any:
        rows = self.connection.execute(select(table).order_by(*table.primary_key)).all()
        return self.random.choice(rows) if rows else None


class Truth:
    """All of it asked of the rows themselves, one by one."""

    def __init__(self, connection: Connection) -> None:
        rows = {
            t.name: connection.execute(select(t)).all()
            for t in (tables.basket, tables.basket_line, tables.order_line, tables.web_visit, tables.member)
        }
        self.baskets, self.orders, self.visits = rows["basket"], rows["order_line"], rows["web_visit"]
        self.lines = defaultdict(set)
        for one in rows["basket_line"]:
            self.lines[one.basket].add(one.sku)
        self.person = {one.profile: one.person for one in rows["member"]}

    def whose(self, profile: str | None) -> str | None:
        return self.person.get(profile, profile)

    def is_bought(self, basket: Any, sku: str) -> bool:
        return any(
            order.quantity > 0
            and order.sku == sku
            and (
                order.basket in (basket.id, basket.shop_id)
                or (
                    order.profile
                    and self.whose(order.profile) == self.whose(basket.profile)
                    and order.at >= basket.sent
                )
            )
            for order in self.orders
        )

    def of(self, cut: Cut) -> dict[str, tuple[int, int]]:
        """Baskets and people by step."""
        those = [
            b
            for b in self.baskets
            if b.sent >= cut.begins and cut.store in ("", b.store) and (not cut.sku or cut.sku in self.lines[b.id])
        ]
        steps = {
            "sent": those,
            "read": [
                b
                for b in those
                if any(v.page == "mail" and v.profile == b.profile and v.at >= b.sent for v in self.visits)
            ],
            "opened": [b for b in those if any(v.basket == b.id for v in self.visits)],
            "bought": [
                b for b in those if any(self.is_bought(b, sku) for sku in self.lines[b.id] if cut.sku in ("", sku))
            ],
        }
        return {step: (len(some), len({self.whose(b.profile) for b in some})) for step, some in steps.items()}


def told(connection: Connection, cut: Cut) -> dict[str, tuple[int, int | None]]:
    return {step.key: (step.count, step.people) for step in funnel(connection, cut)[2:]}


@pytest.mark.parametrize("seed", range(3))
def test_after_any_history_the_figures_are_what_all_rows_say(any_hq: Hq, seed: int) -> None:
    with any_hq.engine.begin() as connection:
        history = History(connection, seed)
    for _ in range(5):
        with any_hq.engine.begin() as connection:
            history.connection = connection
            for _ in range(MOVES // 5):
                history.go_on()
        following.follow(any_hq.engine)
        with any_hq.reading() as connection:
            truth = Truth(connection)
            for cut in CUTS:
                assert told(connection, cut) == truth.of(cut), cut
            stations = {row.name: (row.sent, row.bought) for row in by_station(connection, Cut())}
        per_station = defaultdict(list)
        for basket in truth.baskets:
            per_station[basket.store, basket.station].append(
                any(truth.is_bought(basket, sku) for sku in truth.lines[basket.id])
            )
        assert stations == {name: (len(some), sum(some)) for name, some in per_station.items()}


def test_judged_anew_from_nothing_it_is_the_same_on_both_databases(
    open_it: Callable[..., Hq], postgresql_url: str, tmp_path: Any
) -> None:
    hashes = set()
    for url in (f"sqlite:///{tmp_path / 'one.db'}", postgresql_url):
        hq = open_it(Config(database=Database(url=url)))
        with hq.engine.begin() as connection:
            history = History(connection, 7)
        for _ in range(4):
            with hq.engine.begin() as connection:
                history.connection = connection
                for _ in range(10):
                    history.go_on()
            following.follow(hq.engine)
        with hq.engine.begin() as connection:
            hashes.add(state_hash(connection, KEPT))
            for table in KEPT:
                connection.execute(delete(table))
            following.rebuild(connection)
            hashes.add(state_hash(connection, KEPT))
        hq.engine.dispose()
    assert len(hashes) == 1


def test_what_shops_and_shoppers_do_is_in_the_figures_and_who_is_erased_leaves_nothing(any_hq: Hq) -> None:
    box = box_of(any_hq)
    for mail in ("mari@example.org", "jaan@example.org", "liis@example.org"):
        box.append(basket_sent(line("boot"), line("coat")), mail=mail)
    ingest(ledger_of(any_hq), STORE, box.payload())
    with any_hq.reading() as connection:
        baskets = {row.profile: row.id for row in connection.execute(select(tables.basket))}
    one, other, _ = sorted(baskets)
    note_visit(any_hq, one, page="mail")
    note_visit(any_hq, other, page="basket", basket=baskets[other])
    ruling.merge(any_hq, one, other, reason="", by="test")
    with any_hq.engine.begin() as connection:
        row = {"store": "web", "order_id": "1", "sku": "boot", "quantity": 1, "price": 1, "currency": "EUR"}
        connection.execute(insert(tables.order_line).values(row | {"profile": other, "at": NOW + DAY}))
    following.follow(any_hq.engine)
    spans.follow(any_hq.engine)
    with any_hq.reading() as connection:
        assert told(connection, Cut()) == {"sent": (3, 2), "read": (1, 1), "opened": (1, 1), "bought": (2, 1)}
        (boot,) = [row for row in by_article(connection, Cut(), 5) if row.name[0] == "boot"]
        assert (boot.sent, boot.bought) == (3, 2)
    note_visit(any_hq, one, page="mail")  # still waits to be judged
    decisions.erase(any_hq, other)
    with any_hq.reading() as connection:
        for table in (tables.outcome, tables.outcome_line, tables.outcome_pending):
            held = {value for row in connection.execute(select(table)) for value in row}
            assert not held & {one, other, baskets[one], baskets[other]}, table.name
    following.follow(any_hq.engine)
    with any_hq.reading() as connection:
        assert told(connection, Cut()) == {"sent": (1, 1), "read": (0, 0), "opened": (0, 0), "bought": (0, 0)}
