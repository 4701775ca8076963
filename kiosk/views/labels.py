"""The shelf labels of the staff's list as a PDF to be printed. Only for who is signed in."""

from flask import Blueprint, Response, abort
from flask_babel import force_locale

from edge.codes import digital_link
from edge.codes.link import link_base
from edge.domain.article import Variant
from edge.shop import Shop
from kiosk import signed
from kiosk.labels import Label, as_pdf
from kiosk.pages.card import text
from kiosk.parts import kiosk, station_or_404
from kiosk.sheets import MOST, SHEETS
from kiosk.wording import money, named

views = Blueprint("labels", __name__, url_prefix="/s/<station>/staff/labels")


@views.get("/<sheet>.pdf")
def labels(station: str, sheet: str) -> Response:
    station_or_404(station)
    if sheet not in SHEETS:
        abort(404)
    if signed.session(station) is None:
        abort(403)
    shop = kiosk().shop
    with force_locale(shop.language(station)):
        listed = [
            label
            for entry in shop.tallying.entries(station, "labels")
            if (variant := shop.catalogue.by_sku(entry.sku))
            for label in [_label(shop, variant, shop.language(station))] * min(entry.pieces, MOST + 1)
        ]
    if not 0 < len(listed) <= MOST:
        abort(422, f"1 to {MOST} labels make a PDF, not {len(listed)}")
    shown = {"Content-Disposition": f'attachment; filename="labels-{sheet}.pdf"'}
    return Response(as_pdf(listed, SHEETS[sheet]), mimetype="application/pdf", headers=shown)


def _label(shop: Shop, variant: Variant, language: str) -> Label:
    product = shop.catalogue.product(variant.product_id)
    sisters = shop.catalogue.variants(variant.product_id)
    gtin = variant.gtin or ""
    return Label(
        name=text(product.title, language) if product else variant.sku,
        variant=" · ".join(filter(None, (variant.size, named(variant.colour) if variant.colour else ""))),
        sizes=[sister.size for sister in sisters if sister.colour == variant.colour and sister.size],
        price=money(variant.price),
        was=money(variant.was) if variant.was else "",
        sku=variant.sku,
        gtin=gtin,
        link=digital_link(gtin, link_base(shop.settings.code_rules.hosts)) if gtin else "",
    )
