"""From a basket that was sent, and orders that came in, to what a campaign may show."""

from pathlib import Path

import pytest

from edge.catalogue import Catalogue, Version, build
from edge.domain.article import Product, Stock, Store, Variant
from edge.domain.money import Money
from hq import decisions, preferences
from hq.audience import Decision, explain
from hq.identity import find
from hq.ledger import SqlLedger, ledger_of
from hq.orders import import_orders
from hq.service import Hq
from hq.store import tables
from sync.ingest import ingest
from tests.hq.boxes import NOW, STORE, Box, basket_sent, box_of, line, yes

MAIL = "sarah@example.com"
HEADER = "order_id,at,store,sku,quantity,price,currency,mail,card,basket\n"


@pytest.fixture
def hq(any_hq: Hq) -> Hq:
    return any_hq


def variant(sku: str, product: str, size: str = "", colour: str = "") -> Variant:
    return Variant(sku=sku, product_id=product, price=Money(amount=12995, currency="EUR"), size=size, colour=colour)


@pytest.fixture
def catalogue(tmp_path: Path) -> "Catalogue":
    path = tmp_path / "catalogue.db"
    variants = [
        variant("boot-42", "boot", "42", "Brown"),
        variant("boot-43", "boot", "43", "Brown"),
        variant("boot-42-moss", "boot", "42", "Moss"),
        variant("scarf", "scarf"),
        variant("tent", "tent"),
    ]
    counts = {("boot-42", STORE): 2, ("boot-42-moss", "web"): 1, ("scarf", STORE): 0, ("scarf", "web"): 0}
    build(
        path,
        version=Version(1, 1),
        products=[
            Product(id=name, brand="A", category="All", title={"en": name}) for name in ("boot", "scarf", "tent")
        ],
        variants=variants,
        stock=[Stock(sku=sku, store=store, quantity=q, as_of=NOW) for (sku, store), q in counts.items()],
        reviews=[],
        stores=[Store(id=STORE, name="Tallinn")],
        languages=["en"],
    )
    return Catalogue.open(path)


def send(hq: Hq, ledger: SqlLedger, *skus: str, granted: bool = True, basket: str = "") -> Box:
    box = box_of(hq)
    lines = [line(sku, product_id=sku.partition("-")[0]) for sku in skus]
    box.append(basket_sent(*lines, consents=(yes(granted=granted),), basket=basket), mail=MAIL)
    ingest(ledger, STORE, box.payload())
    return box


def rules(hq: Hq, catalogue: Catalogue | None) -> dict[str, str]:
    return {decision.sku: decision.reason for decision in explained(hq, catalogue)}


def explained(hq: Hq, catalogue: Catalogue | None) -> list[Decision]:
    with hq.reading() as connection:
        profile = find(connection, hq.keys, "mail", MAIL)
        assert profile
        return explain(connection, catalogue, profile)


def order(tmp_path: Path, *rows: str) -> Path:
    file = tmp_path / "orders.csv"
    file.write_text(HEADER + "\n".join(rows) + "\n")
    return file


def test_each_article_of_a_basket_has_its_own_reason(hq: Hq, ledger: SqlLedger, catalogue: Catalogue) -> None:
    send(hq, ledger, "boot-42", "scarf", "tent", "ghost")
    found = rules(hq, catalogue)
    assert found == {"boot-42": "in-basket", "scarf": "sold-out", "tent": "sold-out", "ghost": "unknown-article"}
    assert list(found) == ["boot-42", "scarf", "tent", "ghost"]
    catalogue.close()


def test_without_a_catalogue_nothing_is_included(hq: Hq, ledger: SqlLedger) -> None:
    send(hq, ledger, "boot-42")
    assert rules(hq, None) == {"boot-42": "unknown-article"}


def test_an_empty_box_is_told_from_a_withdrawal(
    hq: Hq, ledger: SqlLedger, catalogue: Catalogue, clock: "object"
) -> None:
    send(hq, ledger, "boot-42", granted=False)
    assert "left empty" in explained(hq, catalogue)[0].words
    with hq.reading() as connection:
        profile = find(connection, hq.keys, "mail", MAIL) or ""
    clock.now += 1000  # type: ignore[attr-defined]
    decisions.withdraw(hq, profile, how="basket-page")
    assert "took back" in explained(hq, catalogue)[0].words
    catalogue.close()


def test_a_no_and_a_withdrawal_exclude_everything(hq: Hq, ledger: SqlLedger, catalogue: Catalogue) -> None:
    send(hq, ledger, "boot-42", granted=False)
    assert rules(hq, catalogue) == {"boot-42": "no-consent"}
    send(hq, ledger, "boot-42-moss")
    assert rules(hq, catalogue) == {"boot-42": "no-consent", "boot-42-moss": "no-consent"}  # in one millisecond
    catalogue.close()


def test_an_unsubscription_outlives_a_later_tick_at_a_screen(
    hq: Hq, ledger: SqlLedger, catalogue: Catalogue, clock: "object"
) -> None:
    send(hq, ledger, "boot-42")
    with hq.reading() as connection:
        profile = find(connection, hq.keys, "mail", MAIL) or ""
    decisions.unsubscribe(hq, profile, how="mail-link")
    clock.now += 1000  # type: ignore[attr-defined]
    send(hq, ledger, "boot-42")
    assert rules(hq, catalogue) == {"boot-42": "unsubscribed"}
    catalogue.close()


@pytest.mark.parametrize("how", ["preferences", "basket-page", "hq", "staff"])
def test_a_withdrawal_outlives_a_later_tick_at_a_screen_and_only_her_own_link_brings_her_back(
    hq: Hq, ledger: SqlLedger, catalogue: Catalogue, clock: "object", how: str
) -> None:
    send(hq, ledger, "boot-42")
    with hq.reading() as connection:
        profile = find(connection, hq.keys, "mail", MAIL) or ""
    clock.now += 1000  # type: ignore[attr-defined]
    decisions.withdraw(hq, profile, how=how)
    clock.now += 1000  # type: ignore[attr-defined]
    send(hq, ledger, "boot-42")  # whoever knows her address types it, and ticks
    (said,) = explained(hq, catalogue)
    assert said.reason == "no-consent" and "a tick at a screen, where anybody can type" in said.words
    clock.now += 1000  # type: ignore[attr-defined]
    preferences.choose(hq, profile, dict.fromkeys(preferences.PARTS, True), shop="Aurora", language="en")
    assert rules(hq, catalogue) == {"boot-42": "in-basket"}
    clock.now += 1000  # type: ignore[attr-defined]
    send(hq, ledger, "boot-42", granted=False)  # a box left empty is the answer no, as ever
    assert rules(hq, catalogue) == {"boot-42": "no-consent"}
    catalogue.close()


@pytest.mark.parametrize("named", ["mail", "basket"])
def test_an_order_of_the_till_excludes_what_was_bought_and_nothing_else(
    hq: Hq, ledger: SqlLedger, catalogue: Catalogue, tmp_path: Path, named: str
) -> None:
    basket = "b" * 32
    send(hq, ledger, "boot-42", "boot-42-moss", basket=basket)
    buyer = f"{MAIL.upper()},," if named == "mail" else f",,{basket}"
    import_orders(hq, order(tmp_path, f"R-1,2026-11-22T10:00:00Z,{STORE},boot-42,1,129.95,EUR,{buyer}"))
    assert rules(hq, catalogue) == {"boot-42": "bought", "boot-42-moss": "in-basket"}
    catalogue.close()


@pytest.mark.parametrize("named", ["mail", "basket"])
def test_an_order_that_comes_before_its_basket_excludes_as_well(
    hq: Hq, ledger: SqlLedger, catalogue: Catalogue, tmp_path: Path, named: str
) -> None:
    basket = "b" * 32
    buyer = f"{MAIL},," if named == "mail" else f",,{basket}"
    import_orders(hq, order(tmp_path, f"R-1,2026-11-22T10:00:00Z,{STORE},boot-43,1,129.95,EUR,{buyer}"))
    send(hq, ledger, "boot-42", "boot-42-moss", basket=basket)
    assert rules(hq, catalogue) == {"boot-42": "bought", "boot-42-moss": "in-basket"}
    catalogue.close()


def test_what_was_returned_is_not_shown_again_but_its_other_sizes_are_as_if_never_bought(
    hq: Hq, ledger: SqlLedger, catalogue: Catalogue, tmp_path: Path
) -> None:
    send(hq, ledger, "boot-42", "boot-43")
    rows = [
        f"R-{n},2026-11-2{n}T10:00:00Z,{STORE},boot-42,{pieces},129.95,EUR,{MAIL},," for n, pieces in ((1, 1), (2, -1))
    ]
    import_orders(hq, order(tmp_path, *rows))
    assert rules(hq, catalogue) == {"boot-42": "returned", "boot-43": "sold-out"}
    assert explained(hq, catalogue)[0].words == f"sent back on 2026-11-22 in {STORE} (order R-2)"
    catalogue.close()


def test_what_was_put_into_a_basket_after_it_was_returned_is_wanted_again(
    hq: Hq, ledger: SqlLedger, catalogue: Catalogue, tmp_path: Path
) -> None:
    rows = [
        f"R-{n},2026-09-0{n}T10:00:00Z,{STORE},boot-42,{pieces},129.95,EUR,{MAIL},," for n, pieces in ((1, 1), (2, -1))
    ]
    import_orders(hq, order(tmp_path, *rows))
    send(hq, ledger, "boot-42")
    assert rules(hq, catalogue) == {"boot-42": "in-basket"}
    catalogue.close()


def test_a_return_takes_back_nothing_that_is_bought_after_it(
    hq: Hq, ledger: SqlLedger, catalogue: Catalogue, tmp_path: Path
) -> None:
    send(hq, ledger, "boot-42")
    counts = enumerate((1, -5, 1), start=1)
    rows = [f"R-{n},2026-11-2{n}T10:00:00Z,{STORE},boot-42,{count},129.95,EUR,{MAIL},," for n, count in counts]
    import_orders(hq, order(tmp_path, *reversed(rows)))
    assert [decision.words for decision in explained(hq, catalogue)] == [f"bought on 2026-11-23 in {STORE} (order R-3)"]
    catalogue.close()


@pytest.mark.parametrize("comes", ["before", "after"])
def test_a_purchase_counts_for_the_buyer_though_it_names_the_basket_of_another(
    hq: Hq, ledger: SqlLedger, catalogue: Catalogue, tmp_path: Path, comes: str
) -> None:
    basket = "b" * 32
    other = box_of(hq)
    other.append(basket_sent(line("boot-42"), basket=basket), mail="jo@example.com")
    ingest(ledger, STORE, other.payload())
    bought = order(tmp_path, f"R-1,2026-11-22T10:00:00Z,{STORE},boot-42,1,129.95,EUR,{MAIL},,{basket}")
    if comes == "before":
        import_orders(hq, bought)
    send(hq, ledger, "boot-42", basket=basket)
    import_orders(hq, bought)
    assert rules(hq, catalogue) == {"boot-42": "bought"}
    catalogue.close()


def test_a_purchase_with_the_card_of_a_person_counts_for_them_too(
    hq: Hq, ledger: SqlLedger, catalogue: Catalogue, tmp_path: Path
) -> None:
    send(hq, ledger, "boot-42")
    import_orders(hq, order(tmp_path, f"R-1,2026-11-22T10:00:00Z,{STORE},boot-42,1,129.95,EUR,,C-7,"))
    with hq.engine.begin() as connection:
        profile = find(connection, hq.keys, "mail", MAIL)
        card = {"kind": "card", "digest": hq.keys.digest_of("card", "C-7"), "profile": profile}
        connection.execute(tables.identity.insert().values(card | {"value": b"", "created": NOW}))
    assert rules(hq, catalogue) == {"boot-42": "bought"}
    catalogue.close()


def test_an_order_whose_number_another_store_has_used_excludes_as_well(
    hq: Hq, ledger: SqlLedger, catalogue: Catalogue, tmp_path: Path
) -> None:
    send(hq, ledger, "boot-42")
    rows = [
        f"R-1,2026-11-22T10:00:00Z,{s},boot-42,1,129.95,EUR,{m},," for s, m in (("x", "jo@example.com"), (STORE, MAIL))
    ]
    import_orders(hq, order(tmp_path, *rows))
    assert rules(hq, catalogue) == {"boot-42": "bought"}
    catalogue.close()


def test_the_basket_of_one_person_sent_to_another_stays_with_the_first(
    hq: Hq, ledger: SqlLedger, catalogue: Catalogue
) -> None:
    basket = "b" * 32
    send(hq, ledger, "boot-42", basket=basket)
    other = box_of(hq)
    other.append(basket_sent(line("scarf"), basket=basket), mail="jo@example.com")
    ledger_of(hq)
    ingest(ledger, STORE, other.payload())
    assert rules(hq, catalogue) == {"boot-42": "in-basket"}
    catalogue.close()
