"""The settings: every mistake is named with its fix."""

from pathlib import Path

import pytest

from hq.config import Config
from hq.config_checks import host_port
from hq.config_file import load, parse
from hq.errors import ConfigError


def test_no_file_and_an_empty_one_mean_the_defaults() -> None:
    assert load(None) == parse("") == Config()


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "hq.toml"
    file.write_text(
        '[web]\nport = 0\npublic_url = "https://bag.example"\n[broker]\naddress = "broker:8883"\n'
        '[shop]\nlanguages = ["et", "en"]\ntheme = "look/theme.toml"\n[audience]\ncontrol = 10\n'
    )
    config = load(file)
    assert (config.web.port, config.broker.address, config.audience.control) == (0, "broker:8883", 10)
    assert config.shop.languages == ("et", "en")
    assert config.shop.theme == str(tmp_path / "look" / "theme.toml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[web]\nprot = 1", "'web.prot' is no setting. Did you mean 'port'?"),
        ("[brokers]", "'brokers' is no setting. Did you mean 'broker'?"),
        ("[web]\nqqq = 1", "Known here: cart_url, host, port, public_url, staff_url."),
        ('[web]\nport = "80"', "web.port must be a whole number, not '80'"),
        ("[web]\nport = true", "web.port must be a whole number, not True"),
        ("[web]\nport = 70000", "between 0 and 65535"),
        ("web = 3", "web must be a table"),
        ('[shop]\nlanguages = "en"', "shop.languages must be a list of texts"),
        ("[shop]\nlanguages = [1]", "shop.languages must be a list of texts"),
        ('[broker]\naddress = "broker"', "broker.address must be host:port"),
        ("[audience]\ncontrol = 101", "a percentage"),
        ("[web", "no TOML"),
    ],
)
def test_a_mistake_stops_the_start_and_names_the_key(text: str, words: str) -> None:
    with pytest.raises(ConfigError) as error:
        parse(text)
    assert words in str(error.value)


def test_the_hours_of_a_journey_may_be_whole_or_not() -> None:
    (journey,) = parse('[[journey]]\nname = "x"\nwait_hours = 1.5\nuntil_hours = 3\n').journey
    assert (journey.wait_hours, journey.until_hours) == (1.5, 3)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml can't be read"):
        load(tmp_path / "none.toml")


def test_an_address_is_split_at_its_last_colon() -> None:
    assert host_port("[::1]:1883", "broker.address") == ("::1", 1883)
