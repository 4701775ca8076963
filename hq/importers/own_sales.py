"""What tills sold: `receipt`, `line`, `store`, `at`, `sku` (or `gtin`), `quantity`; taken by `hq.sales`."""

from hq.importers.enveloped import Enveloped
from hq.importers.format import SALES, Columns, Format, Records

NEEDED = ({"receipt", "line", "sku", "quantity"}, {"receipt", "line", "gtin", "quantity"})
CSV = Format(name="tote-sales-csv", of=SALES, layout=Columns(*NEEDED), adapter=None)
JSON = Format(name="tote-sales-json", of=SALES, layout=Records(*NEEDED, at=("item", "lines.item")), adapter=None)
JSON_OF_A_RECEIPT = Format(
    name="tote-sales-json-receipt",
    of=SALES,
    layout=Enveloped({"line", "sku", "quantity"}, {"line", "gtin", "quantity"}, lists=("lines",), around={"receipt"}),
    adapter=None,
)
