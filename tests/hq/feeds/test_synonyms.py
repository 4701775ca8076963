"""A retailer's file of synonyms, from the command to what a shopper finds."""

import json
from pathlib import Path

import pytest

from edge.catalogue import Catalogue, unpack
from edge.catalogue.synonyms import Synonym
from hq.cli import main
from hq.errors import InputError
from hq.feeds import publish, synonyms
from hq.importers import import_file
from hq.service import open_hq
from tests.hq.importers import files

FILE = """
[en]
same = [["sneakers", "trainers", "running shoes"]]
[en.also]
clogs = ["boot"]
[de]
same = [["Schuhwerk", "Wanderstiefel"]]
"""


def test_groups_lead_both_ways_and_further_words_one_way() -> None:
    pairs = {(one.language, one.word, one.finds) for one in synonyms.parse(FILE)}
    assert ("en", "sneakers", "running shoes") in pairs
    assert ("en", "running shoes", "sneakers") in pairs
    assert ("en", "clogs", "boot") in pairs
    assert ("en", "boot", "clogs") not in pairs
    assert len(pairs) == 6 + 1 + 2


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[en", "no TOML"),
        ("[english please]", "no TOML"),
        ("[ENGLISH]", "[ENGLISH] is no language"),
        ("en = 5", "[en] is no language"),
        ("[en]\nequal = []", "'equal'"),
        ('[en]\nsame = "tv"', "[en] same is no list"),
        ('[en]\nsame = ["tv", "television"]', "[en] same is no list"),
        ("[en]\nsame = [[1, 2]]", "1 must be"),
        ('[en]\nsame = [["tv", ""]]', "'' must be"),
        ('[en]\nsame = [["tv", "one two three four"]]', "one to 3 words"),
        ("[en]\nalso = 5", "[en] also is no table"),
        ('[en.also]\ntv = "television"', "[en.also] tv is no list"),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, named: str) -> None:
    with pytest.raises(InputError) as error:
        synonyms.parse(text)
    assert named in str(error.value)


def test_the_next_version_finds_by_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, file = tmp_path / "hq", tmp_path / "synonyms.toml"
    file.write_text(FILE, encoding="utf-8")
    hq = open_hq(folder)
    with hq.engine.connect() as connection:
        import_file(connection, files.articles(tmp_path), pictures=hq.pictures)
        assert publish(connection, hq.dir, hq.keys.signing, now=1)
        assert main(["synonyms", str(file), "--dir", str(folder), "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == {"synonyms": 9}
        head = publish(connection, hq.dir, hq.keys.signing, now=2)
        assert synonyms.kept(connection)[0] == Synonym("en", "sneakers", "trainers")
    assert head, "synonyms are a change"
    with (hq.feeds / head.url.rpartition("/")[2]).open("rb") as packed:
        unpack(packed, tmp_path / "c.db", hash_hex=head.sha256)
    hq.close()
    with Catalogue.open(tmp_path / "c.db") as catalogue:
        assert (
            catalogue.find("clogs") == catalogue.find("boot")
            or catalogue.find("clogs")[0].id == catalogue.find("boot")[0].id
        )


def test_a_bad_file_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_hq(tmp_path / "hq").close()
    file = tmp_path / "s.toml"
    file.write_text(FILE, encoding="utf-8")
    assert main(["synonyms", str(file), "--dir", str(tmp_path / "hq")]) == 0
    file.write_bytes(b"\xff\xfe")
    assert main(["synonyms", str(file), "--dir", str(tmp_path / "hq")]) == 2
    assert main(["synonyms", str(tmp_path / "gone.toml"), "--dir", str(tmp_path / "hq")]) == 2
    said = capsys.readouterr().err
    assert "not UTF-8" in said and "can't be read" in said
    assert main(["synonyms", "--dir", str(tmp_path / "hq")]) == 0
    assert "clogs -> boot" in capsys.readouterr().out
