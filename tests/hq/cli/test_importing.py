"""tote-hq import and publish: files of every kind at once, one report each, one version for the stores."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from hq.cli import importing, main
from hq.importers import NAMES
from hq.service import open_hq
from hq.store import tables

STORES = "id,name,city\naurora-tallinn,Aurora Tallinn,Tallinn\n"
ARTICLES = "product_id,sku,price,currency,category,title_en\nboot,boot-42,129.95,EUR,Shoes,Trail boot\n"
PRICELESS = "tent,tent-1,,EUR,Camp,Tent\n"
ORDERS = (
    "order_id,at,store,sku,quantity,price,currency,mail,card,basket\n"
    "R-1,2026-11-22T10:00:00Z,aurora-tallinn,boot-42,1,129.95,EUR,sarah@example.com,,\n"
)
Import = Callable[..., tuple[int, list[dict[str, object]], str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Import:
    """(exit status, JSON lines, stderr) of a command on a fresh HQ."""
    open_hq(tmp_path / "hq").close()

    def command(*arguments: str) -> tuple[int, list[dict[str, object]], str]:
        capsys.readouterr()
        status = main([*arguments, "--dir", str(tmp_path / "hq"), "--json"])
        said = capsys.readouterr()
        return status, [json.loads(line) for line in said.out.splitlines()], said.err

    return command


def file(tmp_path: Path, name: str, text: str) -> str:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return str(tmp_path / name)


def test_files_of_every_kind_in_any_order_become_one_version(run: Import, tmp_path: Path) -> None:
    files = [file(tmp_path, name, text) for name, text in (("o.csv", ORDERS), ("a.csv", ARTICLES), ("s.csv", STORES))]
    status, reports, _ = run("import", *files)
    assert status == 0
    assert [report["format"] for report in reports] == ["tote-stores-csv", "tote-articles-csv", "tote-orders-csv"]
    assert [report["accepted"] for report in reports] == [1, 1, 1]
    assert [report.get("published") for report in reports] == ["1.1", "1.1", None]
    hq = open_hq(tmp_path / "hq")
    catalogue = hq.catalogue()
    assert catalogue and catalogue.by_sku("boot-42")
    hq.close()


def test_importing_again_publishes_nothing_until_something_changes(run: Import, tmp_path: Path) -> None:
    articles = file(tmp_path, "a.csv", ARTICLES)
    run("import", articles)
    assert run("import", articles)[1][0]["published"] is None
    assert run("publish")[1] == [{"published": None}]
    cheaper = file(tmp_path, "b.csv", ARTICLES.replace("129.95", "99.95"))
    assert run("import", cheaper, "--no-publish")[1][0]["published"] is None
    assert run("publish")[1][0]["published"] == "1.2"
    assert run("publish", "--force")[1][0]["published"] == "1.3"


def test_a_row_without_a_price_is_reported_and_the_others_are_published(run: Import, tmp_path: Path) -> None:
    articles = file(tmp_path, "a.csv", ARTICLES + PRICELESS)
    status, (report,), _ = run("import", articles)
    assert (status, report["rows"], report["accepted"], report["rejected"]) == (0, 2, 1, 1)
    assert report["problems"][0]["field"] == "price"  # type: ignore[index]
    assert run("import", articles, "--strict")[0] == 1


def test_one_bad_file_among_several_leaves_the_catalogue_as_it_was(run: Import, tmp_path: Path) -> None:
    good, bad = file(tmp_path, "a.csv", ARTICLES), file(tmp_path, "feed.xml", "<rss><channel>")
    status, (told,), err = run("import", good, bad)
    assert status == 2 and "is not XML" in str(told["error"]) and "is not XML" in err
    hq = open_hq(tmp_path / "hq")
    assert hq.catalogue() is None
    hq.close()
    assert run("publish")[1] == [{"published": None}]


def test_others_write_to_the_database_while_an_import_is_at_work(
    run: Import, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []

    def write(rows: int, share: float) -> None:
        with closing(sqlite3.connect(tmp_path / "hq" / "hq.db", timeout=0.1)) as other, other:
            other.execute("UPDATE setting SET value = value")
        written.append(rows)

    monkeypatch.setattr(importing, "_progress", lambda *_, **__: write)
    assert run("import", file(tmp_path, "a.csv", ARTICLES))[1][0]["published"] == "1.1"
    assert written == [1]


def test_a_dry_run_changes_nothing(run: Import, tmp_path: Path) -> None:
    files = [file(tmp_path, "a.csv", ARTICLES), file(tmp_path, "o.csv", ORDERS)]
    assert [report["accepted"] for report in run("import", *files, "--dry-run")[1]] == [1, 1]
    hq = open_hq(tmp_path / "hq")
    with hq.reading() as connection:
        for table in (tables.article, tables.order_line, tables.feed_version):
            assert connection.scalar(select(func.count()).select_from(table)) == 0
    hq.close()


def test_a_person_reads_the_problems(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    articles = file(tmp_path, "a.csv", ARTICLES + PRICELESS)
    assert main(["import", articles, "--create", "--dir", str(tmp_path / "hq")]) == 0
    out = capsys.readouterr().out
    assert "1 accepted, 0 merged, 0 warned, 1 rejected" in out
    assert "2 new, 0 changed, 0 the same\n" in out and "new variant boot-42" in out
    assert "row 3 rejected: price:" in out and "published as version 1.1" in out


def test_prices_of_unknown_articles_alone_are_a_failure_that_says_why(run: Import, tmp_path: Path) -> None:
    run("import", file(tmp_path, "a.csv", ARTICLES))
    unknown = file(tmp_path, "p.csv", "sku,price\nbot-42,99.95\n")
    status, (report,), _ = run("import", unknown)
    assert (status, report["rejected"], report["published"]) == (1, 1, None)
    told = str(report["problems"])
    assert "bot-42 is not in the catalogue" in told and "check how it is spelled" in told
    assert run("import", file(tmp_path, "q.csv", "sku,price\nbot-42,1\nboot-42,99.95\n"))[0] == 0


def test_a_format_that_is_none_is_refused_with_the_names_of_all(run: Import, tmp_path: Path) -> None:
    status, _, err = run("import", file(tmp_path, "a.csv", ARTICLES), "--format", "csv")
    assert status == 2 and all(name in err for name in NAMES)


def test_a_list_in_two_files_replaces_the_catalogue_by_both(run: Import, tmp_path: Path) -> None:
    run("import", file(tmp_path, "old.csv", ARTICLES))
    one = file(tmp_path, "one.csv", ARTICLES.replace("boot", "sock"))
    two = file(tmp_path, "two.csv", ARTICLES.replace("boot", "tent"))
    _, reports, _ = run("import", one, two, "--replace")
    assert [report["difference"]["gone"] for report in reports] == [0, 2]  # type: ignore[index]
    hq = open_hq(tmp_path / "hq")
    with hq.reading() as connection:
        ids = set(connection.scalars(select(tables.article.c.id)))
    hq.close()
    assert ids == {"sock", "sock-42", "tent", "tent-42"}


def test_a_dry_run_shows_what_would_change_from_what_to_what(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ("--dir", str(tmp_path / "hq"), "--create")
    main(["import", file(tmp_path, "a.csv", ARTICLES + "tent,tent-1,5,EUR,Camp,Tent\n"), *place])
    capsys.readouterr()
    changed = ARTICLES.replace("129.95", "99.95") + "sock,sock-1,3,EUR,Socks,Sock\n"
    assert main(["import", file(tmp_path, "b.csv", changed), "--dry-run", *place]) == 0
    out = capsys.readouterr().out
    assert "2 new, 1 changed, 1 the same\n  2 not named by this list; they stay" in out
    assert "price: 129.95 EUR -> 99.95 EUR" in out
    assert "not named: variant tent-1: Tent" in out and "new product sock: Sock" in out
    assert out.endswith("  a dry run: nothing was changed; this would be published as a new version\n")
    main(["import", file(tmp_path, "a.csv", ARTICLES), "--dry-run", *place])
    assert capsys.readouterr().out.endswith("  a dry run: nothing was changed; there is nothing new to publish\n")


def test_progress_tells_rate_and_time_left(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([0.0, 5.0, 20.0])
    monkeypatch.setattr(importing.time, "monotonic", lambda: next(now))
    show = importing._progress(Path("feed.csv"), quiet=False)
    show(1_000, 0.1)
    show(4_000, 0.25)
    assert capsys.readouterr().err.strip() == "feed.csv: 4,000 rows, 200 a second, 60 s left"


def test_a_version_that_waits_in_a_pause_or_undoes_a_revert_says_so(run: Import, tmp_path: Path) -> None:
    run("import", file(tmp_path, "a.csv", ARTICLES))
    run("import", file(tmp_path, "a.csv", ARTICLES.replace("129.95", "1.29")))
    run("publish", "--revert")
    status, (report,), _ = run("import", file(tmp_path, "b.csv", PRICELESS_HEAD + "tent,tent-1,9,EUR,Camp,Tent\n"))
    assert (status, report["published"]) == (0, "1.4")
    assert "what the revert of 1.2 took back is published again" in str(report["remarks"])
    run("publish", "--pause")
    _, (published,), _ = run("publish", "--force")
    assert "nobody is told" in str(published["remarks"])
    _, rings, _ = run("publish", "--resume")
    assert not any(ring["paused"] for ring in rings)


PRICELESS_HEAD = ARTICLES.partition("\n")[0] + "\n"


def test_the_report_in_words_tells_rejected_from_warned_and_calms_about_what_is_not_named(
    run: Import, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both = PRICELESS_HEAD + "tent,tent-1,9,EUR,Camp,Tent\nmat,mat-1,5,EUR,Camp,Mat\n"
    run("import", file(tmp_path, "a.csv", both))
    part = file(tmp_path, "b.csv", PRICELESS_HEAD + "tent,tent-1,0,EUR,Camp,Tent\nrug,rug-1,,EUR,Camp,Rug\n")
    main(["import", part, "--dir", str(tmp_path / "hq")])
    said = capsys.readouterr().out
    assert "  row 2 taken, but: price: the price is 0; " in said
    assert "  row 3 rejected: price: " in said
    assert "  2 not named by this list; they stay (--replace removes them)" in said
    whole = file(tmp_path, "c.csv", PRICELESS_HEAD + "tent,tent-1,1,EUR,Camp,Tent\n")
    main(["import", whole, "--replace", "--dir", str(tmp_path / "hq")])
    said = capsys.readouterr().out
    assert "  2 not named by this list; they are removed" in said


def test_a_dry_run_of_several_files_knows_the_articles_and_stores_of_the_others(run: Import, tmp_path: Path) -> None:
    sales = "receipt,line,store,at,sku,quantity\nK-1,1,aurora-tallinn,2026-11-22T00:00:00Z,boot-42,1\n"
    files = [file(tmp_path, name, text) for name, text in (("a.csv", ARTICLES), ("s.csv", STORES))]
    _, reports, _ = run("import", *files, file(tmp_path, "k.csv", sales.replace("2026-11-22", _today())), "--dry-run")
    assert [(report["format"], report["problems"]) for report in reports][-1] == ("tote-sales-csv", [])


def _today() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d")
