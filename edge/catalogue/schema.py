"""The tables of a catalogue file.

`product.n` rises with falling popularity, so that the order of row numbers is the order in which things are shown when
nothing else decides; there are gaps in it, for products to come (`numbers.py`). Every table has a primary key by which
a delta names its rows (`delta.py`). One full-text table per language holds words already normalised by `words.py`: HQ
(which builds) and the boxes (which ask) run the same code, whatever their SQLite's own tokenizers do.
"""

import re
from dataclasses import dataclass

SCHEMA = 4
"""Raised when a program of an older schema could not read the file rightly."""
MARK = 0x746F7465
"""`PRAGMA application_id`: "tote"."""

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE mark (feed TEXT PRIMARY KEY, epoch INTEGER NOT NULL, n INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE product (
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, brand TEXT NOT NULL, category TEXT NOT NULL,
  title TEXT NOT NULL, story TEXT NOT NULL, goes_with TEXT NOT NULL, popularity INTEGER NOT NULL,
  facts TEXT NOT NULL, keywords TEXT NOT NULL
);
CREATE TABLE variant (
  n INTEGER PRIMARY KEY, sku TEXT NOT NULL UNIQUE, product_id TEXT NOT NULL, gtin INTEGER UNIQUE,
  price INTEGER NOT NULL, was INTEGER, currency TEXT NOT NULL, size TEXT NOT NULL, colour TEXT NOT NULL,
  colour_code TEXT NOT NULL, picture TEXT NOT NULL, web_only INTEGER NOT NULL, link TEXT NOT NULL,
  position INTEGER NOT NULL, more_pictures TEXT NOT NULL, more_gtins TEXT NOT NULL
);
CREATE TABLE more_gtin (gtin INTEGER PRIMARY KEY, sku TEXT NOT NULL);
CREATE TABLE zone_price (
  sku TEXT NOT NULL, zone TEXT NOT NULL, price INTEGER NOT NULL, was INTEGER, currency TEXT NOT NULL,
  PRIMARY KEY (sku, zone)
) WITHOUT ROWID;
CREATE TABLE stock (
  sku TEXT NOT NULL, store TEXT NOT NULL, quantity INTEGER NOT NULL, as_of INTEGER NOT NULL, source TEXT NOT NULL,
  PRIMARY KEY (sku, store)
) WITHOUT ROWID;
CREATE TABLE review (
  n INTEGER PRIMARY KEY, product_id TEXT NOT NULL, rating INTEGER NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL,
  language TEXT NOT NULL, author TEXT NOT NULL, date TEXT NOT NULL, helpful INTEGER NOT NULL, unhelpful INTEGER NOT NULL
);
CREATE TABLE store (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, city TEXT NOT NULL, address TEXT NOT NULL,
  latitude REAL, longitude REAL, hours TEXT NOT NULL, time_zone TEXT NOT NULL, zone TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE shelf (path TEXT NOT NULL, product INTEGER NOT NULL, PRIMARY KEY (path, product)) WITHOUT ROWID;
CREATE TABLE category (path TEXT PRIMARY KEY, position INTEGER NOT NULL, count INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE facet (
  n INTEGER PRIMARY KEY, id TEXT NOT NULL, brand TEXT NOT NULL, category TEXT NOT NULL,
  skus TEXT NOT NULL, sizes TEXT NOT NULL, colours TEXT NOT NULL, prices TEXT NOT NULL
);
CREATE TABLE synonym (
  language TEXT NOT NULL, word TEXT NOT NULL, finds TEXT NOT NULL, PRIMARY KEY (language, word, finds)
) WITHOUT ROWID;
"""
"""A number of `more_gtin` is no variant's `gtin`: most articles have one number, and that is found in one look-up. The
column `more_gtins` says the same from the other side, joined by commas, so that no look-up needs a second table.
`shelf` names, for every category and all it lies in, the products below it. `facet` says in one row by what a
product can be narrowed down: skus, sizes, colours and prices of its variants in one order, joined by FIELD.
`synonym` holds stems: who looks for `word` finds `finds` too. `mark` says up to which version the values of another
feed reach."""
FIELD = "\x1f"
"""Between values in one column: no feed has it in a value."""
NOT_IN_DELTAS = frozenset({"stock", "mark"})
"""Tables that another feed keeps: what a box has of them may be younger than what a delta of the catalogue knows."""

INDEXES = """
CREATE INDEX variant_product ON variant (product_id, position, n, sku);
CREATE INDEX review_product ON review (product_id);
"""

FIELDS = ("title", "brand", "category", "keywords", "more", "facts", "story", "words")
"""What is searched. `more` holds what tells variants apart; `words` those words of the others, in the form they were
written, that their stem does not show: for half-typed and misspelt words."""


@dataclass(frozen=True, order=True)
class Version:
    """`n` grows within an epoch; a new epoch begins when HQ was restored from a backup."""

    epoch: int
    n: int

    def __str__(self) -> str:
        return f"{self.epoch}-{self.n}"


def search_table(language: str) -> str:
    """The name of a language's full-text table. Raises ValueError where `language` is no language tag."""
    if not re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})?", language, re.IGNORECASE):
        raise ValueError(f"{language!r} is no language tag: write it like en or pt-br")
    return f"search_{language.lower().replace('-', '_')}"


def text_table(language: str) -> str:
    """The name of the table that holds the words of a language's full-text table."""
    return search_table(language).replace("search", "text", 1)


def word_table(language: str) -> str:
    """The name of the table that holds the words of a language, each once, and how many products have it."""
    return search_table(language).replace("search", "word", 1)


def search_ddl(language: str) -> str:
    """The words of a product lie in a table of their own, for ranking; FTS5 keeps the index to them. It could also say
    which words there are, but goes through all of it for that: at a million variants for a second."""
    table, words, fields = search_table(language), text_table(language), ", ".join(FIELDS)
    return f"""
CREATE TABLE {word_table(language)} (term TEXT PRIMARY KEY, products INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE {words} (n INTEGER PRIMARY KEY, popularity INTEGER NOT NULL, {", ".join(f"{f} TEXT" for f in FIELDS)});
CREATE VIRTUAL TABLE {table} USING fts5(
  {fields}, content='{words}', content_rowid='n', tokenize="unicode61 remove_diacritics 0"
);
CREATE VIRTUAL TABLE {table}_terms USING fts5vocab({table}, 'row');
"""
