"""The retailer's own list of customers: who they are, and how they are known elsewhere.

A CSV file with a row per customer: `customer` (the id there, such as "shopify:7071" for what a shop calls them), and
what is known of `first_name`, `last_name`, `birth_date` (2001-02-28), `city`, `mail`, `phone`, `card`, `language`;
other systems' names of these columns are known too. One row says that all of its identities are one person's.

To be listed is no consent: nobody is written to for it. Rows are kept encrypted under the keys of their profiles, and
the journal has hashes only; so after a restore the list is to be imported again, as the catalogue is.
"""

from hq.customers.importing import import_customers

__all__ = ["import_customers"]
