"""From baskets to the file that a platform takes in."""

import csv
import json
import stat
from hashlib import sha256
from pathlib import Path

import pytest

from hq.cli import main
from hq.cli.who import caller
from hq.exports.files import safe
from hq.journal import entries
from tests.hq import showroom as shop


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "hq"


def export(folder: Path, form: str, *more: str) -> list[str]:
    file = folder.parent / f"audience.{form}"
    assert (
        main(["audience", "export", "--to", form, "--out", str(file), "--days", "3000", "--dir", str(folder), *more])
        == 0
    )
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    return file.read_text(encoding="utf-8").splitlines()


def sent(folder: Path, *consents: str, mail: str = shop.MAIL, skus: dict[str, int] | None = None) -> None:
    hq = shop.showroom(folder)
    shop.send_basket(hq, consents=consents, mail=mail, skus=skus)
    hq.close()


@pytest.mark.parametrize(("form", "column"), [("meta", "EMAIL"), ("google", "Email")])
def test_a_platform_gets_the_hash_of_the_address_and_nothing_in_the_clear(folder: Path, form: str, column: str) -> None:
    sent(folder, "marketing", mail="Sarah.B@gmail.com")
    lines = export(folder, form)
    (row,) = csv.DictReader(lines)
    name = "sarah.b" if form == "meta" else "sarahb"
    assert row[column] == sha256(f"{name}@gmail.com".encode()).hexdigest()
    assert "sarah" not in "".join(lines).lower()
    assert shop.PROFILE not in "".join(lines)


@pytest.mark.parametrize("form", ["meta", "google", "csv", "json"])
def test_nobody_without_consent_is_in_any_file(folder: Path, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    sent(folder)
    assert len(export(folder, form, "--json")) == (0 if form == "json" else 1)
    told = json.loads(capsys.readouterr().out)
    assert (told["people"], told["rows"], told["left_out"]) == (0, 0, {"no-consent": 1})


def test_what_is_sold_out_is_in_no_file(folder: Path) -> None:
    sent(folder, "marketing", skus={"BOOT-42": 1, "BOOT-43": 1})
    (row,) = [json.loads(line) for line in export(folder, "json")]
    assert (row["mails"], [one["sku"] for one in row["articles"]]) == ([shop.MAIL], ["BOOT-42"])


def test_no_cell_is_a_formula(folder: Path) -> None:
    assert [safe(cell) for cell in ("=1+1", "+372", "-1", "@x", "\tx", "\n=1", " =1", "＝1", "x")] == [
        "'=1+1",
        "'+372",
        "'-1",
        "'@x",
        "'\tx",
        "'\n=1",
        "' =1",
        "'＝1",
        "x",
    ]


def test_who_exports_an_audience_and_who_asks_about_a_person_is_on_record(folder: Path) -> None:
    sent(folder, "marketing")
    export(folder, "csv")
    assert main(["audience", "explain", "--mail", shop.MAIL, "--dir", str(folder)]) == 0
    looks = [(entry.subject, entry.body["how"]) for entry in entries(folder / "journal.jsonl")]
    assert looks[-2:] == [("audience abandoned-basket", "export as csv"), (shop.PROFILE, "audience")]
    assert all(entry.body["by"] == caller() for entry in entries(folder / "journal.jsonl"))


def test_a_file_that_cannot_be_written_is_named_and_nothing_is_left(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sent(folder, "marketing")
    wrong = folder.parent / "nowhere" / "a.csv"
    assert main(["audience", "export", "--to", "csv", "--out", str(wrong), "--dir", str(folder)]) == 2
    assert "can't be written" in capsys.readouterr().err
