"""A station's page and what leads from screen to screen."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, jsonify, render_template, request
from flask_babel import force_locale
from werkzeug.datastructures import MultiDict

from edge.shop import Article, BasketScreen, Browse, Screen, Send, TellMe, Welcome
from kiosk import screens
from kiosk.pages import browse
from kiosk.pages.headings import fields
from kiosk.parts import kiosk, station_or_404

views = Blueprint("station", __name__)

MOST_OFFSET = 1_000_000
"""Products nobody scrolls beyond."""
MOST_CHOSEN, MOST_TYPED = 40, 400
"""Values under one heading, characters of what is looked for."""
Form = MultiDict[str, str]
SHOWN: dict[str, Callable[[Form], Screen]] = {
    "article": lambda form: Article(sku=form["sku"], sheet="sheet" in form),
    "tell-me": lambda form: TellMe(sku=form["sku"]),
    "welcome": lambda form: Welcome(),
    "browse": lambda form: _browse(form, typing=True),
    "basket": lambda form: BasketScreen(),
    "send": lambda form: Send(),
}


def _browse(form: Form, *, typing: bool) -> Browse:
    """Longer lists than a person makes are cut."""

    def several(name: str) -> tuple[str, ...]:
        return tuple(form.getlist(name)[:MOST_CHOSEN])

    return Browse(
        query=form.get("query", "").strip()[:MOST_TYPED],
        typing=typing,
        category=form.get("category", ""),
        brands=several("brands"),
        sizes=several("sizes"),
        colours=several("colours"),
        price=form.get("price", ""),
        places=several("places"),
        heading=form.get("heading", ""),
    )


@views.get("/")
def stations() -> str:
    """Which screen is this? Opened once, when a screen is installed."""
    shop = kiosk().shop
    return render_template(
        "stations.html",
        stations=shop.stations.values(),
        store=shop.store,
        theme=kiosk().theme,
        language=shop.languages[0],
    )


@views.get("/s/<station>")
def page(station: str) -> str:
    known = station_or_404(station)
    speaks = kiosk().shop.language(station)
    fragment = screens.fragment(known)
    with force_locale(speaks):
        comfort = kiosk().shop.comforting.at(station)
        return render_template(
            "page.html", station=known, language=speaks, comfort=comfort, stage=fragment, theme=kiosk().theme
        )


@views.get("/s/<station>/state.json")
def state(station: str) -> Response:
    """What the station shows, for programs."""
    station_or_404(station)
    shop = kiosk().shop
    screen, visit = shop.screen(station), shop.visit(station)
    return jsonify(
        screen=screens.name(screen),
        sku=getattr(screen, "sku", None),
        visit=visit.id if visit else None,
        language=shop.language(station),
        basket=shop.basket(station).count,
    )


@views.post("/s/<station>/show/<screen>")
def show(station: str, screen: str) -> str:
    known = station_or_404(station)
    if screen not in SHOWN:
        abort(404)
    shown = SHOWN[screen](request.form)
    if isinstance(shown, Article) and request.form.get("size") == "theirs":  # of a card: any variant stands there
        shown = Article(sku=kiosk().shop.in_their_size(station, shown.sku))
    kiosk().shop.show(station, shown)
    return screens.fragment(known)


@views.post("/s/<station>/size")
def size(station: str) -> str:
    """A size was touched: its variant is shown, and the size preferred from now on."""
    known, shop = station_or_404(station), kiosk().shop
    shop.choose_size(station, request.form["size"])
    shop.show(station, Article(sku=request.form["sku"], sheet="sheet" in request.form))
    return screens.fragment(known)


@views.post("/s/<station>/search")
def search(station: str) -> str:
    """Words were sent off, not merely typed: what was looked for is remembered."""
    known, shop = station_or_404(station), kiosk().shop
    screen = _browse(request.form, typing=False)
    shop.find(station, screen, record=True)
    shop.show(station, screen)
    return screens.fragment(known)


@views.post("/s/<station>/more")
def more(station: str) -> str:
    """The next cards of a list."""
    known, shop = station_or_404(station), kiosk().shop
    offset = min(max(request.form.get("offset", 0, type=int), 0), MOST_OFFSET)
    screen = _browse(request.form, typing=False)
    shop.touch(station)
    with force_locale(shop.language(station)):
        return render_template(
            "parts/cards.html",
            cards=browse.listed(shop, known, screen, offset),
            station=known,
            leads=fields(screen),
            offset=offset,
            step=browse.PAGE,
        )


@views.post("/s/<station>/begin")
def begin(station: str) -> str:
    """The invitation was touched, perhaps in a language of its own."""
    known, shop = station_or_404(station), kiosk().shop
    if "language" in request.form:
        shop.set_language(station, request.form["language"])
    shop.show(station, Browse())
    return screens.fragment(known)


@views.post("/s/<station>/language")
def speak(station: str) -> str:
    known = station_or_404(station)
    kiosk().shop.set_language(station, request.form["language"])
    return screens.fragment(known)


@views.post("/s/<station>/comfort")
def comfort(station: str) -> str:
    """How the screen is from now on, until the visit ends."""
    known = station_or_404(station)
    kiosk().shop.comforting.choose(station, request.form["name"], request.form.get("value", ""))
    return screens.fragment(known)


@views.post("/s/<station>/touch")
def touch(station: str) -> Response:
    station_or_404(station)
    kiosk().shop.touch(station)
    return Response(status=204)


@views.post("/s/<station>/done")
def done(station: str) -> str:
    known = station_or_404(station)
    kiosk().shop.end_visit(station, "done")
    return screens.fragment(known)
