"""Which application identifiers have which place in a Digital Link.

Source: GS1 Barcode Syntax Dictionary (gs1/gs1-syntax-dictionary, Apache-2.0), as of release 2025-01-30, its attribute
`dlpkey` and flag "?"; facts, in our own form.
"""

LINK_KEYS = {
    **dict.fromkeys(("00", "253", "255", "401", "402", "8003", "8013"), ()),
    "01": (("22", "10", "21"), ("235",)), "414": (("254",), ("7040",)), "415": (("8020",),), "417": (("7040",),),
    "8004": (("7040",),), "8006": (("22", "10", "21"),), "8010": (("8011",),), "8017": (("8019",),),
    "8018": (("8019",),),
}  # fmt: skip
"""Primary keys of a Digital Link's path, and the qualifiers that may follow, in this order, of one row each."""
NOT_IN_QUERY = frozenset({"03", "21", "22", "235", "254", "7040", "7041", "8011", "8014", "8019", "8020", "8200"})
"""Identifiers that are no data attributes of a Digital Link."""

SHORT_NAMES = {
    "gtin": "01", "itip": "8006", "cpid": "8010", "gln": "414", "payto": "415", "gsrnp": "8017", "gsrn": "8018",
    "gcn": "255", "sscc": "00", "gdti": "253", "ginc": "401", "gsin": "402", "grai": "8003", "giai": "8004",
    "gmn": "8013", "cpv": "22", "lot": "10", "ser": "21", "cpsn": "8011", "glnx": "254", "refno": "8020",
    "srin": "8019",
}  # fmt: skip
"""Names that stood for identifiers in the path up to version 1.1 of the standard and are still printed."""
