"""What the definitions of the settings say of themselves, and what the environment may set."""

import tomllib
from dataclasses import dataclass, field
from typing import Any

import pytest

from edge.config import SETTINGS as BOX
from edge.config_file import parse
from edge.domain.described import toml, values
from edge.domain.explained import Definition, explained, shown, written
from edge.domain.overrides import overridden
from edge.domain.strict import BadSettingError, Secret, read
from hq.config import SETTINGS as HQ
from tests.edge.test_config_codes import BASE, CODES


@dataclass(frozen=True, kw_only=True)
class Lamp:
    colour: str
    """Which one."""
    watts: int = 3


@dataclass(frozen=True, kw_only=True)
class House:
    name: str = ""
    """What it is
    called."""
    open: bool | None = None
    doors: tuple[str, ...] = ("front",)
    best: Lamp = field(default_factory=lambda: Lamp(colour="red"))
    lamp: tuple[Lamp, ...] = ()


WHAT = Definition(kind=House, prefix="HOUSE_", live=("lamp", "best.watts"))


def set_by(**environment: str) -> Any:
    return read(House, overridden(House, {"best": {"colour": "blue", "watts": 5}}, environment, "HOUSE_"))


def test_the_keys_come_in_their_order_with_what_stands_below_them() -> None:
    assert [written(key) for key in WHAT.keys] == [
        "name", "open", "doors", "best.colour", "best.watts", "[[lamp]] colour", "[[lamp]] watts",
    ]  # fmt: skip
    assert [key.text for key in WHAT.keys] == ["What it is called.", "", "", "Which one.", "", "Which one.", ""]


@pytest.mark.parametrize("what", [BOX, HQ], ids=["box", "hq"])
def test_every_key_of_both_programs_says_what_it_means(what: Definition) -> None:
    assert [written(key) for key in what.keys if len(key.text) < 8] == []


@pytest.mark.parametrize("what", [BOX, HQ], ids=["box", "hq"])
def test_what_takes_effect_at_a_reload_is_named_as_a_key_or_a_table(what: Definition) -> None:
    known = {part for key in what.keys for part in (key.path, key.section, key.section.partition(".")[0])}
    assert [name for name in what.live if name not in known] == []


def test_a_key_in_words_has_kind_default_variable_and_when_it_counts() -> None:
    (key,) = WHAT.named("best.watts")
    assert list(explained(WHAT, key)) == [
        "best.watts: ",
        "    a whole number; by default 3",
        "    from the environment: HOUSE_BEST_WATTS",
        "    a change takes effect at a reload",
    ]


@pytest.mark.parametrize(("name", "found"), [("best", 2), ("lamp[2].watts", 1), ("[lamp]", 2), ("", 7)])
def test_keys_are_found_by_name_or_table(name: str, found: int) -> None:
    assert len(WHAT.named(name)) == found


def test_an_unknown_key_is_told_the_nearest() -> None:
    with pytest.raises(BadSettingError, match=r"'wats' is no setting. Did you mean best.watts or lamp.watts\?"):
        WHAT.named("wats")


@pytest.mark.parametrize(
    "value",
    ["plain", 'with "quotes"', r"a\d+\s'x", r"\d{4}", "two\nlines", 7, 2.5, True, ("a", "b"), {"a": 1, "b": "x"}],
)
def test_values_are_shown_as_toml_reads_them(value: object) -> None:
    expected = list(value) if isinstance(value, tuple) else value
    assert tomllib.loads(f"v = {toml(value)}")["v"] == expected


def test_no_secret_is_shown() -> None:
    assert toml(Secret("0123")) == '"…"'
    assert toml("rtsp://joe:pass@camera/1") == '"rtsp://…@camera/1"'


def test_every_value_names_where_it_comes_from() -> None:
    table = {"lamp": [{"colour": "red"}, {"colour": "green", "watts": 9}]}
    settings = read(House, overridden(House, table, {"HOUSE_NAME": "home"}, "HOUSE_"))
    told = {one.key: (one.value, one.source) for one in shown(WHAT, settings, table, {"HOUSE_NAME", "PATH"})}
    assert told["name"] == ('"home"', "environment")
    assert told["lamp[1].watts"] == ("3", "default")
    assert told["lamp[2].watts"] == ("9", "file")
    assert told["open"] == ("", "default")


def test_what_a_reload_leaves_behind_is_named() -> None:
    old = read(House, {"lamp": [{"colour": "red"}]})
    new = read(
        House, {"name": "x", "lamp": [{"colour": "blue"}, {"colour": "red"}], "best": {"colour": "b", "watts": 1}}
    )
    assert WHAT.behind(old, new) == ["name", "best.colour"]


def test_the_environment_wins_over_the_file() -> None:
    house = set_by(HOUSE_NAME="7", HOUSE_OPEN="true", HOUSE_DOORS="a, b", HOUSE_BEST_WATTS="8", HOME="/root")
    assert (house.name, house.open, house.doors) == ("7", True, ("a", "b"))
    assert (house.best.colour, house.best.watts) == ("blue", 8)
    assert set_by(HOUSE_DOORS='["a, b"]').doors == ("a, b",)
    assert set_by(HOUSE_DOORS="").doors == ()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("HOUSE_BEST_WATS", "1", "HOUSE_BEST_WATS in the environment is no setting. Did you mean HOUSE_BEST_WATTS?"),
        ("HOUSE_DOORZ", "1", "Did you mean HOUSE_DOORS?"),
        ("HOUSE_LAMP_COLOUR", "red", "HOUSE_LAMP_COLOUR in the environment is no setting."),
        ("HOUSE_BEST_WATTS", "eight", "HOUSE_BEST_WATTS in the environment must be a whole number, not 'eight'."),
        ("HOUSE_BEST_WATTS", "true", "best.watts must be a whole number, not True."),
    ],
)
def test_a_slip_in_the_environment_is_refused(name: str, value: str, said: str) -> None:
    with pytest.raises(BadSettingError) as caught:
        set_by(**{name: value})
    assert said in str(caught.value)


def test_a_variable_that_only_begins_alike_is_somebody_elses() -> None:
    assert set_by(HOUSE_FUZZ="1", HOUSE_TEST_POSTGRESQL="x", HOUSE="1", HOUSE_BEST="x").name == ""


def test_a_box_is_shown_down_to_what_its_drivers_are_told() -> None:
    reader = '[[reader]]\nname = "gun"\nstation = "wall"\ndriver = "barcode_serial"\npath = "/dev/x"\n'
    told = dict(values(parse(BASE + CODES + reader)))
    assert (told["reader[1].path"], told["codes.hosts"]) == ("/dev/x", ("id.example.com",))


def test_the_environment_can_set_what_the_file_of_a_box_lacks() -> None:
    config = parse(BASE.replace('store = "shop"', ""), {"TOTE_STORE": "tallinn", "TOTE_BOX": "x", "TOTE_SCREEN": "y"})
    assert config.store == "tallinn"
