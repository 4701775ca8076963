"""The settings as a whole: what is of the right kind and still makes no sense."""

import pytest

from edge.config import ConfigError
from edge.config_file import parse
from tests.edge.test_config_codes import BASE

READER = '[[reader]]\nname = "gun"\nstation = "wall"\ndriver = "barcode_serial"\npath = "/dev/x"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BASE + READER + READER, "two readers are named 'gun': give each its own."),
        (BASE + '[[station]]\nid = "wall"\nkind = "staff"\n', "two stations are named 'wall'"),
        (BASE + READER.replace('"wall"', '"door"'), "reader 'gun': there is no station 'door'"),
        (BASE + READER + "counts = true\n", "reader 'gun': counts = true is for rfid_llrp without a station."),
        (BASE + READER.replace('station = "wall"\n', ""), "reader 'gun': there is no station ''"),
        (BASE.replace('kind = "wall"', 'kind = "wal"'), "kind must be one of wall, tablet, staff"),
    ],
)
def test_settings_that_make_no_sense_are_refused_with_the_fix(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text)
    assert said in str(caught.value)


def test_each_reader_has_its_place() -> None:
    assert [reader.name for reader in parse(BASE + READER + READER.replace("gun", "gun-2")).reader] == ["gun", "gun-2"]


def test_a_reader_that_counts_belongs_to_no_station() -> None:
    (reader,) = parse(BASE + '[[reader]]\nname = "ceiling"\ndriver = "rfid_llrp"\ncounts = true\nhost = "a"\n').reader
    assert (reader.counts, reader.station, reader.options) == (True, "", {"host": "a"})


@pytest.mark.parametrize(
    ("settings", "required"),
    [
        ("", False),
        ('[screen]\nhost = "localhost"\n', False),
        ('[screen]\nhost = "0.0.0.0"\n', True),
        ('[screen]\nhost = "tote.local"\n', True),
        ('[screen]\nhost = "0.0.0.0"\n[pairing]\nrequired = false\n', False),
        ("[pairing]\nrequired = true\n", True),
    ],
)
def test_screens_are_paired_wherever_others_can_reach_the_box(settings: str, required: bool) -> None:
    assert parse(BASE + settings).pairing_required is required
