"""The public page of an article: what an NFC tag or a QR code at the shelf opens (GS1 Digital Link, `/01/<GTIN>`)."""

from babel.numbers import format_decimal
from flask import Blueprint, request

from edge.catalogue import Catalogue
from hq.live.article import LiveArticle, best_of, by_gtin, sisters, story
from hq.live.availability import tone_of
from hq.web import browser
from hq.web.pages import here, hq, language, shown

blueprint = Blueprint("article", __name__)
GOES_WITH = 4
REVIEWS = 6


@blueprint.get("/01/<gtin>")
@blueprint.get("/01/<gtin>/<path:more>")
def page(gtin: str, more: str = "") -> tuple[str, int]:
    """`more`: batch, serial number and so on, which the standard puts behind; the article is the same."""
    catalogue = hq().catalogue()
    spoken = language()
    article = by_gtin(catalogue, gtin.zfill(14), spoken) if catalogue else None
    if catalogue is None or article is None:
        return shown("nowhere.html", spoken, 404, about="article")
    if request.method == "GET" and not browser.is_prefetch(request):
        _note_visit(article)
    return _page(catalogue, article, spoken)


def _page(catalogue: Catalogue, article: LiveArticle, spoken: str) -> tuple[str, int]:
    mean, count = catalogue.rating(article.product.id)
    alike = sisters(catalogue, article.product.id, spoken)
    return shown(
        "article.html",
        spoken,
        article=article,
        sizes=[sister for sister in alike if sister.variant.colour == article.variant.colour and sister.variant.size],
        colours=_colours(alike, article),
        story=story(article.product, spoken),
        mean=mean,
        mean_in_words=format_decimal(mean, "0.0", locale=spoken) if mean else "",
        count=count,
        reviews=sorted(catalogue.reviews(article.product.id), key=lambda r: r.language != spoken)[:REVIEWS],
        goes_with=_goes_with(catalogue, article, spoken),
        links=here(),
        tone_of=tone_of,
    )


def _colours(alike: list[LiveArticle], article: LiveArticle) -> list[LiveArticle]:
    """One article a colour: in the size at hand where there is one."""
    first: dict[str, LiveArticle] = {}
    for sister in alike:
        if sister.variant.colour not in first or sister.variant.size == article.variant.size:
            first[sister.variant.colour] = sister
    return list(first.values()) if len(first) > 1 else []


def _goes_with(catalogue: Catalogue, article: LiveArticle, spoken: str) -> list[LiveArticle]:
    found = (best_of(catalogue, product.id, spoken) for product in catalogue.related(article.product.id)[:GOES_WITH])
    return [beside for beside in found if beside]


def _note_visit(article: LiveArticle) -> None:
    if profile := browser.known(hq(), request):
        browser.note_visit(hq(), profile, page=f"article:{article.variant.gtin}")
