"""What is compared of a person: as it was written, and as it is compared."""

import unicodedata
from dataclasses import dataclass

FIELDS = ("first_name", "last_name", "birth_date", "city", "mail", "phone")


@dataclass(frozen=True, kw_only=True)
class Record:
    """Fields that are not known are "". Compared are letters and digits without accents, in lower case."""

    profile: str
    first_name: str = ""
    last_name: str = ""
    birth_date: str = ""
    city: str = ""
    mail: str = ""
    phone: str = ""


def record(profile: str, **words: str) -> Record:
    """Of words as they were written; names of fields that are not compared are passed over."""
    plain = {name: _plain(words.get(name, "")) for name in FIELDS}
    plain["birth_date"] = "".join(filter(str.isdigit, plain["birth_date"]))
    return Record(profile=profile, **plain)


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(one for one in letters if not unicodedata.combining(one)).split())
