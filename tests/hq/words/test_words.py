import re
from pathlib import Path
from string import Formatter

import pytest

from edge.domain.money import Money
from hq.config import MESSAGE_OF
from hq.words import LANGUAGES, count_of, known, table, words
from hq.words.format import moment, money, tongue
from hq.words.hours import opening_hours

OF_A_MESSAGE = ("subject", "preview", "heading", "intro", "open", "why")
HQ = Path(__file__).parents[3] / "hq"


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything_that_english_says_and_nothing_else(language: str) -> None:
    assert table(language).keys() == table("en").keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_the_places_of_the_english_one(language: str) -> None:
    assert {key: places(text) for key, text in table(language).items()} == {
        key: places(text) for key, text in table("en").items()
    }


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_nothing_is_left_in_english(language: str) -> None:
    same = {key for key, text in table(language).items() if text == table("en")[key]}
    assert same <= {"mail.total", "basket.total", "consent.version", "preferences.version"}


def test_no_text_is_idle() -> None:
    sources = [*HQ.glob("web/templates/*.html"), *HQ.glob("mail/templates/*"), *HQ.glob("*/*.py")]
    text = "\n".join(path.read_text() for path in sources)
    asked = set(re.findall(r"""["']([a-z]+\.[a-z_]+)["']""", text)) & table("en").keys()
    for start in re.findall(r"""say\(f?["']([a-z]+\.)["'{]""", text):  # the rest of the key is computed
        asked |= {key for key in table("en") if key.startswith(start)}
    asked |= {f"{about}.{part}" for about in ("mail", "back", *MESSAGE_OF.values()) for part in OF_A_MESSAGE}
    asked |= {f"{key}_web" for key in asked}  # where the web shop is meant
    gone = {f"{about}.gone_{part}" for about in ("basket", "article", "invitation") for part in ("title", "text")}
    assert table("en").keys() - asked - gone == set()


def test_a_language_of_a_region_is_that_language_and_an_unknown_one_is_the_first() -> None:
    assert [known(code) for code in ("de-AT", "et", "es_MX")] == ["de", "et", "es"]
    assert {known(code) for code in ("fr", "", "x" * 300)} == {"en"}


def test_the_web_shop_is_no_store_that_somebody_stood_in() -> None:
    said = {language: words(language, "web")("reminder.intro", store="Web shop", time="now") for language in LANGUAGES}
    assert not [text for text in said.values() if "Web shop" in text]
    assert words("en", "web")("mail.intro", store="W", time="now") == words("en")("mail.intro", store="W", time="now")
    assert "Viru" in words("en", "viru")("reminder.intro", store="Viru", time="now")


def test_one_and_many() -> None:
    assert [count_of(words("et"), n) for n in (1, 2)] == ["1 toode", "2 toodet"]


def test_money_is_written_as_the_language_writes_it() -> None:
    amount = Money(amount=129_995, currency="EUR")
    assert [money(amount, language).replace("\xa0", "_") for language in LANGUAGES] == [
        "€1,299.95",
        "1.299,95_€",
        "1.299,95_€",
        "1_299,95_€",
    ]


def test_money_without_minor_units_has_none() -> None:
    assert money(Money(amount=4200, currency="JPY"), "en") == "¥4,200"


def test_time_is_that_of_the_shop() -> None:
    assert moment(1_793_620_800_000, "de", "Europe/Tallinn") == "2. November, 14:00"


def test_a_date_is_written_as_the_language_writes_it() -> None:
    dates = [moment(1_793_620_800_000, language) for language in LANGUAGES]
    assert dates == ["2 November, 12:00", "2. November, 12:00", "2 de noviembre, 12:00", "2. november, 12:00"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Mon–Sat 10:00–20:00 · Sun 11:00–18:00"),
        ("de", "Mo–Sa 10:00–20:00 · So 11:00–18:00"),
        ("es", "lun–sáb 10:00–20:00 · dom 11:00–18:00"),
        ("et", "E–L 10:00–20:00 · P 11:00–18:00"),
    ],
)
def test_opening_hours_name_the_days_in_the_readers_language(language: str, said: str) -> None:
    assert opening_hours("Mo-Sa 10:00-20:00; Su 11:00-18:00", language) == said


def test_opening_hours_may_list_days_and_pauses() -> None:
    assert opening_hours("Mo,We-Fr 9:00-13:00,14:00-18:00;", "en") == "Mon, Wed–Fri 9:00–13:00, 14:00–18:00"


@pytest.mark.parametrize("text", ["", "24/7", "Mo-Fr 10:00-19:00; PH off", "Mo-Fr 10:00+", 'Sa "by appointment"', ";;"])
def test_opening_hours_of_another_kind_stay_as_they_are(text: str) -> None:
    assert opening_hours(text, "et") == text


def test_another_language_is_named_and_the_readers_own_is_not() -> None:
    assert [tongue(code, "en") for code in ("de", "de-AT", "en", "en-GB", "", "x", "no such")] == ["German"] * 2 + [
        ""
    ] * 5
