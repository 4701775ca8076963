"""Names that a feed may bring and nobody wants: every page shows them as text, nothing of them runs, nothing breaks."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from edge.catalogue import Version, build
from edge.domain.article import Product, Stock, Store, Variant
from edge.domain.money import Money
from edge.shop import Article, BasketScreen, Browse, Screen, Send, Unknown
from tests.kiosk.aurora import LANGUAGES, Aurora

NAMES = (
    "<script>window.hacked = 1</script>",
    "</title></textarea></svg><script>window.hacked = 2</script>",
    '"><img src=x onerror="window.hacked = 3">',
    "' onfocus='window.hacked = 4' autofocus='",
    "<svg/onload=window.hacked=5>",
    "javascript:window.hacked=6",
    "{{ 7 * 7 }}{% raw %}${window.hacked = 7}",
    "<div hx-get='/status.json' hx-trigger='load'>",
    "</p><form action='https://evil.example' method='post'><button>Pay</button></form>",
    "--></style><style>*{display:none}</style>",
    "data: </section>\r\n\r\nevent: screen\r\ndata: <b>forged</b>",
    "Boot \N{RIGHT-TO-LEFT OVERRIDE}toob \N{RIGHT-TO-LEFT ISOLATE}\N{ARABIC LETTER ALEF}",
    "Z" + "\N{COMBINING ACUTE ACCENT}\N{COMBINING TILDE}\N{COMBINING CEDILLA}" * 40 + "algo",
    "\N{FAMILY}\N{ZERO WIDTH JOINER}\N{ROCKET}" * 60,
    "\N{ZERO WIDTH SPACE}\N{WORD JOINER}\N{SOFT HYPHEN}",
    "W" * 10_000,
    "many words " * 900,
    "\x00\x07\x1b[2J\x7f control",
    "&lt;b&gt;&amp;#x3c;script&#62;",
    "%3Cscript%3E%0d%0aSet-Cookie:x=y",
)
SKU = "H{} \"<&>'/?#%2e"
STATE = """() => ({
    hacked: window.hacked, forms: document.querySelectorAll('form[action^="https"]').length,
    scripts: document.querySelectorAll('#stage :is(script, style, iframe, [onerror], [onload], [onfocus])').length,
    wide: [document.documentElement, document.querySelector('.screen')].some((it) => it.scrollWidth > innerWidth + 1),
    forged: [...document.querySelectorAll('#stage b')].some((part) => part.textContent === 'forged'),
    rules: [...document.querySelectorAll('#stage [hx-trigger="load"]')].length,
    out: [...document.querySelectorAll('#stage button')].filter((part) => part.checkVisibility())
      .map((part) => part.getBoundingClientRect()).filter((box) => box.width > innerWidth + 1).length,
})"""
CLEAN = {"forms": 0, "scripts": 0, "wide": False, "forged": False, "rules": 0, "out": 0}


@pytest.fixture
def hostile(aurora: Aurora) -> Aurora:
    file = aurora.shelf.folder / "incoming.db"
    build(
        file,
        version=Version(1, 99),
        products=[
            Product(
                id=f"P{i}",
                brand=name,
                category=name,
                title=dict.fromkeys(LANGUAGES, name),
                story=dict.fromkeys(LANGUAGES, f"{name}\n\n{name}"),
                goes_with=tuple(f"P{(i + j) % len(NAMES)}" for j in (1, 2)),
                facts={name: name},
            )
            for i, name in enumerate(NAMES)
        ],
        variants=[
            Variant(
                sku=SKU.format(i),
                product_id=f"P{i}",
                price=Money(amount=100, currency="EUR"),
                size=name,
                colour=name,
                colour_code=name,
                picture=name,
                link=name,
            )
            for i, name in enumerate(NAMES)
        ],
        stock=[Stock(sku=SKU.format(i), store="aurora-tallinn", quantity=3, as_of=0) for i in range(len(NAMES))],
        reviews=(),
        stores=[Store(id="aurora-tallinn", name=NAMES[0], city=NAMES[2], hours=NAMES[3])],
        languages=LANGUAGES,
    )
    aurora.shelf.turn(Version(1, 99), Path(file))
    aurora.shop.catalogue_turned()
    return aurora


def screens() -> list[Screen]:
    articles = [Article(sku=SKU.format(i)) for i in range(len(NAMES))]
    lists = [Browse(), Browse(query="boot"), BasketScreen(), Send(), Unknown(code=NAMES[0], reason="unknown-code")]
    return [*articles, *lists]


@pytest.mark.parametrize(("station", "width", "height"), [("wall", 2160, 3840), ("tablet", 1280, 800)])
def test_nothing_of_a_hostile_name_runs_or_breaks_a_page(
    hostile: Aurora, page: Page, station: str, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    page.goto(f"/s/{station}")
    assert page.evaluate(STATE) == {"hacked": None, **CLEAN}
    for i in range(len(NAMES)):
        hostile.shop.add_line(station, SKU.format(i))
    for screen in screens():
        hostile.shop.show(station, screen)
        page.goto(f"/s/{station}")
        page.wait_for_timeout(30)
        assert page.evaluate(STATE) == {"hacked": None, **CLEAN}, screen


def test_a_hostile_name_stays_one_event_of_the_stream(hostile: Aurora, page: Page) -> None:
    """A line end in a name must not end the event, nor begin another."""
    page.goto("/s/tablet")
    hostile.shop.show("tablet", Article(sku=SKU.format(10)))
    page.locator('[data-screen="article"]').wait_for()
    assert page.evaluate(STATE) == {"hacked": None, **CLEAN}
