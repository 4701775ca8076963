"""How much a file may ask of HQ. What asks for more is refused whole, before it fills memory or disk."""

LARGEST = 8 << 30
"""Octets of a file, unpacked; of an archive, all it holds together."""
WIDEST = 1 << 20
"""Characters of one cell."""
LONGEST_LINE = 8 << 20
"""Characters of a line of a table: eight of the widest cells."""
LONGEST_RECORD = 64 << 20
"""Octets of one record of JSON, XML or YAML."""
MOST_VALUES = 2_000_000
"""Values of one record of JSON: 64 MiB of empty ones would fill 1.6 GB of memory."""
DEEPEST = 200
"""Levels of nesting within a record."""
LONGEST_NUMBER = 1_000
"""Digits in a row in JSON, also within a text."""
MOST_TEXTS, TEXTS, LONGEST_ROW, WORKBOOK_PART = 1_000_000, 96 << 20, 4 << 20, 8 << 20
"""Different texts of a workbook and their octets; octets of one row or text; of a part that is parsed as a whole."""
MOST_COLUMNS = 4_000
MOST_ROWS = 20_000_000
MOST_MEMBERS = 2_000
"""Files in an archive."""
DENSEST, SMALL = 250, 64 << 20
"""What an archive holds may be so many times its size, once it is more than SMALL octets. Text packs to a tenth; only
what was made to blow up packs to a thousandth."""
SAMPLE = 1 << 20
"""Octets that tell what a file is."""
