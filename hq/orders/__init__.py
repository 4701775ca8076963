"""Orders of tills and web shops -> rows of `order_line`, so that nobody is shown what they bought already: from CSV
files (`importing`), and told one by one by signed webhooks (`web`, `shapes`).

Columns: order_id, at (ISO 8601), store, sku (or GTIN), quantity (negative: returned), price ("129.95", a unit),
currency, mail, phone, card, customer, basket, coupon. The last six name the buyer; any of them may be empty. A line is
known by its store, order and SKU: importing a file again changes nothing, and two stores may count alike. Of what names
a buyer but the basket only hashes are kept, so that an order finds its person even when the person's basket reaches HQ
later; an order that names them in two ways says that these are one person's (`hq.linking`).
"""

from hq.orders.importing import import_orders

__all__ = ["import_orders"]
