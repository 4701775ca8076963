"""Files of retailers into HQ's `article` table: one small adapter per format onto the domain's model.

    recognise(path)                -> "tote-articles-csv", "google-merchant-xml" … told by the content
    import_file(connection, path)  -> CatalogueReport; rows = accepted + merged + rejected
    in_order(paths)                -> stores and articles before what refers to them

The formats stand in docs/importing.md. Orders ("tote-orders-csv") are recognised here and imported by `hq.orders`.
"""

from hq.importers.difference import Difference
from hq.importers.formats import BY_NAME, FORMATS, NAMES, in_order, recognise
from hq.importers.importing import import_file
from hq.importers.own_orders import ORDERS
from hq.importers.work import CatalogueReport

__all__ = [
    "BY_NAME",
    "FORMATS",
    "NAMES",
    "ORDERS",
    "CatalogueReport",
    "Difference",
    "import_file",
    "in_order",
    "recognise",
]
