"""Narrowing down, counted against a catalogue that is gone through by hand; synonyms; and what must never go wrong."""

from collections import Counter
from collections.abc import Iterator
from itertools import product as every
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.catalogue import Catalogue, Version
from edge.catalogue.choice import PLACES, Choice, Whereabouts
from edge.catalogue.facets import Value
from edge.catalogue.search import COUNTED
from edge.catalogue.stock import pack_stock, take_stock
from edge.catalogue.synonyms import Synonym
from edge.domain.article import WEB, Product, Stock, Store, Variant, ZonePrice
from edge.domain.money import Money
from tests.edge.catalogue import shop

HERE, NEAR, FAR = "aurora-tallinn", "aurora-tartu", "aurora-riga"
WHERE = Whereabouts(here=HERE, nearby=(NEAR,))
SIZES, COLOURS, BRANDS = ("", "S", "M", "41", "42"), ("", "Brown", "Dark blue"), ("Moss", "Fjällstig", "")
CATEGORIES = ("Shoes", "Shoes > Boots", "Shoes > Boots > Winter", "Camping", "")
KINDS = ("parka", "tent", "sock")


def made_up(many: int, seed: int = 3) -> tuple[list[Product], list[Variant], list[Stock]]:
    chance = Random(seed)
    products, variants, stock = [], [], []
    for n in range(many):
        title = f"{chance.choice(KINDS)} {chance.choice(('warm', 'light', 'dry'))}"
        products.append(
            Product(
                id=f"p{n:05}",
                brand=chance.choice(BRANDS),
                category=chance.choice(CATEGORIES),
                title={"en": title},
                popularity=chance.randrange(50),
            )
        )
        for place in range(chance.randrange(4)):
            sku = f"p{n:05}-{place}"
            variants.append(
                Variant(
                    sku=sku,
                    product_id=f"p{n:05}",
                    price=Money(amount=chance.choice((500, 1250, 9900, 12000)), currency="EUR"),
                    size=chance.choice(SIZES),
                    colour=chance.choice(COLOURS),
                    zones={"north": ZonePrice(price=Money(amount=777, currency="EUR"))} if place == 1 else {},
                )
            )
            for store in chance.sample((HERE, NEAR, FAR, WEB), 2):
                stock.append(Stock(sku=sku, store=store, quantity=chance.randrange(3), as_of=0))
    return products, variants, stock


PRODUCTS, VARIANTS, STOCK = made_up(110)
STORES = [Store(id=id_, name=id_) for id_ in (HERE, NEAR, FAR)]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    path = shop.write(
        tmp_path_factory.mktemp("made") / "c.db",
        products=PRODUCTS, variants=VARIANTS, stock=STOCK, stores=STORES, languages=("en",),
    )  # fmt: skip
    with Catalogue.open(path) as opened:
        yield opened


# ---- by hand ---------------------------------------------------------------------------------------------------------


def fits(product: Product, choice: Choice, where: Whereabouts) -> bool:
    if choice.brands and product.brand not in choice.brands:
        return False
    if choice.category and not f"{product.category} > ".startswith(f"{choice.category} > "):
        return False
    asked = choice.sizes or choice.colours or choice.places
    if not asked and choice.lowest is None and choice.highest is None:
        return True
    return any(variant_fits(variant, choice, where) for variant in VARIANTS if variant.product_id == product.id)


def variant_fits(variant: Variant, choice: Choice, where: Whereabouts) -> bool:
    low, high = choice.lowest, choice.highest
    price = cost(variant, where)
    return (
        (not choice.sizes or variant.size in choice.sizes)
        and (not choice.colours or variant.colour in choice.colours)
        and (low is None or price >= low)
        and (high is None or price <= high)
        and (not choice.places or bool(choice.places & held(variant, where)))
    )


def cost(variant: Variant, where: Whereabouts) -> int:
    return variant.zones[where.zone].price.amount if where.zone in variant.zones else variant.price.amount


def held(variant: Variant, where: Whereabouts) -> set[str]:
    here = {stock.store for stock in STOCK if stock.sku == variant.sku and stock.quantity > 0}
    return {where.places[store] for store in here if store in where.places}


def counted(words: str, choice: Choice, heading: str, where: Whereabouts) -> Counter[str]:
    """Products by value, among those that everything chosen elsewhere leaves."""
    others, found = choice.without(heading), Counter[str]()
    for product in PRODUCTS:
        if words not in product.title["en"] or not fits(product, others, where):
            continue
        variants = [v for v in VARIANTS if v.product_id == product.id and variant_fits(v, others, where)]
        match heading:
            case "brands":
                found.update({product.brand})
            case "category":
                parts = product.category.split(" > ")
                found.update(" > ".join(parts[: end + 1]) for end in range(len(parts)))
            case "places":
                found.update({place for v in variants for place in held(v, where)})
            case _:
                found.update({v.size if heading == "sizes" else v.colour for v in variants})
    del found[""]
    return found


choices = st.builds(
    Choice,
    category=st.sampled_from(("", *CATEGORIES[:4], "Hats")),
    brands=st.frozensets(st.sampled_from(BRANDS[:2]), max_size=2),
    sizes=st.frozensets(st.sampled_from(SIZES[1:]), max_size=2),
    colours=st.frozensets(st.sampled_from(COLOURS[1:]), max_size=2),
    lowest=st.sampled_from((None, 600, 5000)),
    highest=st.sampled_from((None, 9900, 700)),
    places=st.frozensets(st.sampled_from(PLACES), max_size=2),
)


@settings(deadline=None, max_examples=40)
@given(words=st.sampled_from(("", *KINDS)), choice=choices, zone=st.sampled_from(("", "north")))
def test_counts_are_those_of_going_through_everything(
    catalogue: Catalogue, words: str, choice: Choice, zone: str
) -> None:
    where = Whereabouts(here=HERE, nearby=(NEAR,), zone=zone)
    results = catalogue.search(words, "en", choice=choice, where=where, limit=500)
    expected = {p.id for p in PRODUCTS if words in p.title["en"] and fits(p, choice, where)}
    assert {hit.id for hit in results.hits} == expected
    assert (results.total, results.more) == (len(expected), False)
    facets = results.facets
    for heading, values in (
        ("brands", facets.brands), ("category", facets.categories), ("sizes", facets.sizes),
        ("colours", facets.colours), ("places", facets.places),
    ):  # fmt: skip
        assert {value.value: value.count for value in values} == counted(words, choice, heading, where), heading


@settings(deadline=None, max_examples=30)
@given(choice=choices)
def test_a_range_of_prices_leads_to_as_many_as_it_says(catalogue: Catalogue, choice: Choice) -> None:
    for value in catalogue.search("parka", "en", choice=choice, where=WHERE).facets.prices:
        low, high = map(int, value.value.split("-"))
        narrowed = Choice(**{**vars(choice), "lowest": low, "highest": high})
        assert catalogue.search("parka", "en", choice=narrowed, where=WHERE).total == value.count


@pytest.mark.parametrize("chosen", [Choice(), Choice(sizes=frozenset({"M"}))])
def test_what_the_store_counted_itself_stands_over_older_counts_alone(catalogue: Catalogue, chosen: Choice) -> None:
    theirs = {stock.sku: stock.quantity for stock in STOCK if stock.store == HERE}
    skus = [variant.sku for variant in VARIANTS]
    counted = {
        sku: Stock(sku=sku, store=HERE, quantity=n % 2, as_of=-1 if n % 5 == 0 else 9) for n, sku in enumerate(skus)
    }
    holds = {sku: one.quantity if one.as_of > 0 or sku not in theirs else theirs[sku] for sku, one in counted.items()}
    where = Whereabouts(here=HERE, nearby=(NEAR,), counted=counted)
    here = {v.product_id for v in VARIANTS if holds[v.sku] > 0 and (not chosen.sizes or v.size in chosen.sizes)}
    narrowed = Choice(sizes=chosen.sizes, places=frozenset({"here"}))
    results = catalogue.search("", "en", choice=narrowed, where=where, limit=200)
    assert {hit.id for hit in results.hits} == here
    facets = catalogue.search("", "en", choice=chosen, where=where).facets.places
    plain = catalogue.search("", "en", choice=chosen, where=WHERE).facets.places
    assert next(value.count for value in facets if value.value == "here") == len(here)
    assert [value for value in facets if value.value != "here"] == [value for value in plain if value.value != "here"]


def test_sizes_stand_as_they_hang_on_a_rail(catalogue: Catalogue) -> None:
    assert [value.value for value in catalogue.search("", "en").facets.sizes] == ["S", "M", "41", "42"]


def test_pages_follow_on_one_another_without_a_gap(catalogue: Catalogue) -> None:
    whole = [hit.id for hit in catalogue.search("parka", "en", limit=100).hits]
    pages = [hit.id for at in range(0, 100, 7) for hit in catalogue.search("parka", "en", limit=7, offset=at).hits]
    assert pages == whole


def test_without_words_the_most_popular_come_first(catalogue: Catalogue) -> None:
    best = sorted(PRODUCTS, key=lambda product: (-product.popularity, product.id))
    assert [hit.id for hit in catalogue.search("", "en", limit=20).hits] == [product.id for product in best[:20]]


def test_beyond_what_is_counted_it_says_more(tmp_path: Path) -> None:
    products, variants, stock = made_up(COUNTED + 700, seed=9)
    products = [Product(**{**vars(p), "title": {"en": "parka"}}) for p in products]
    path = shop.write(
        tmp_path / "c.db", products=products, variants=variants, stock=stock, stores=STORES, languages=("en",)
    )
    with Catalogue.open(path) as large:
        results = large.search("parka", "en", where=WHERE)
        assert (results.total, results.more) == (COUNTED, True)
        moss = sum(product.brand == "Moss" for product in products)
        narrowed = large.search("parka", "en", choice=Choice(brands=frozenset({"Moss"})), where=WHERE)
        assert (narrowed.total, narrowed.more) == (moss, False)
        few = large.search("parka", "en", choice=Choice(highest=500, places=frozenset({"here"})), where=WHERE)
        assert not few.more


def test_what_is_counted_by_place_is_what_the_stock_feed_told_last(tmp_path: Path) -> None:
    path = shop.write(tmp_path / "c.db", products=PRODUCTS, variants=VARIANTS, stock=STOCK, stores=STORES)
    first = next(one for one in STOCK if one.store == HERE and one.quantity)
    elsewhere = {one.sku for one in VARIANTS if one.product_id == first.sku[:6]} - {first.sku}
    assert not any(one.quantity for one in STOCK if one.sku in elsewhere and one.store == HERE)
    with Catalogue.open(path) as catalogue:
        before = {value.value: value.count for value in catalogue.search("", "en", where=WHERE).facets.places}
        assert before == counted("", Choice(), "places", WHERE)
        sold_out = pack_stock([(first.sku, HERE, 0, 1, "")])
        take_stock(path, sold_out, Version(0, 0), Version(1, 1))
        after = {value.value: value.count for value in catalogue.search("", "en", where=WHERE).facets.places}
        assert after == {**before, "here": before["here"] - 1}
        near = catalogue.search("", "en", where=Whereabouts(here=NEAR, nearby=(HERE,))).facets.places
        assert {value.value: value.count for value in near} != after


# ---- synonyms --------------------------------------------------------------------------------------------------------


def test_synonyms_lead_one_way_or_both(tmp_path: Path) -> None:
    words = [("en", "wigwam", "tent"), ("en", "hose for legs", "running socks"), ("de", "schuhwerk", "wanderstiefel")]
    path = shop.write(tmp_path / "c.db", synonyms=[Synonym(*one) for one in words])
    with Catalogue.open(path) as catalogue:
        assert catalogue.find("wigwams")[0].id == "tent"
        assert catalogue.find("Hose for legs")[0].id == "sock"
        assert catalogue.find("Schuhwerk", "de")[0].id == "boot"
        assert catalogue.search("tent", "en").total == 1
        assert catalogue.search("wigwam", "en").nearest == ""


# ---- never an empty page, never an error -----------------------------------------------------------------------------

HOSTILE = [
    '"', "*", "a:b", "NEAR(a b)", "title:boot", "-boot", "^boot", "boot OR", "(", "boot)", "{title}", "\x00",
    "bo\x00ot", "\ud800", "\udfff boot", "' OR 1=1 --", "%", "_", "boot" * 2_500, "a " * 5_000, "½ ² ³", "🥾",
    "\u202eboot", "ǅ", "İ", "ﬀ", "x" * 10_000, "9" * 10_000,
    "00000000000000000000", "\n\t ", "a\ufeffb", "É" * 500, "1e999", "-1", "0x41",
]  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE)
def test_nothing_that_is_typed_raises_or_leads_to_nothing(catalogue: Catalogue, words: str) -> None:
    for typing in (False, True):
        assert catalogue.search(words, "en", typing=typing).hits
    assert catalogue.find(words)


@settings(deadline=None, max_examples=80)
@given(words=st.text(max_size=60), typing=st.booleans())
def test_no_page_is_empty(catalogue: Catalogue, words: str, typing: bool) -> None:
    results = catalogue.search(words, "en", where=WHERE, typing=typing)
    assert results.hits
    assert results.total >= len(results.hits)


def test_what_is_not_what_was_typed_is_said_to_be_so(catalogue: Catalogue) -> None:
    assert catalogue.search("parka", "en").nearest == ""
    assert dict(catalogue.search("praka", "en").instead) == {"praka": "parka"}
    assert catalogue.search("qqqqqqqqqqqq", "en").nearest == "liked"
    assert catalogue.search("parka qqqqqqqqqqqq", "en").unknown == ["qqqqqqqqqqqq"]
    assert catalogue.search("paxxrkxa", "en").nearest == "spelling"


def test_half_a_word_is_offered_whole(catalogue: Catalogue) -> None:
    assert catalogue.search("pa", "en", typing=True).suggestions == ["parka"]
    assert catalogue.search("warm te", "en", typing=True).suggestions == ["warm tent"]
    assert catalogue.search("parka", "en", typing=True).suggestions == []


def test_what_was_found_does_not_hang_on_the_order_of_building(tmp_path: Path) -> None:
    shuffled = Random(4).sample(PRODUCTS, len(PRODUCTS))
    paths = [
        shop.write(tmp_path / f"{n}.db", products=those, variants=VARIANTS, stock=STOCK, languages=("en",))
        for n, those in enumerate((PRODUCTS, shuffled))
    ]
    with Catalogue.open(paths[0]) as one, Catalogue.open(paths[1]) as other:
        for words, typing in every(("parka", "warm sock", "te", "praka", ""), (False, True)):
            assert one.search(words, "en", where=WHERE, typing=typing) == other.search(
                words, "en", where=WHERE, typing=typing
            )


def test_a_value_says_how_many(catalogue: Catalogue) -> None:
    assert catalogue.search("parka", "en", where=WHERE).facets.places[0] == Value(
        "here", counted("parka", Choice(), "places", WHERE)["here"]
    )
