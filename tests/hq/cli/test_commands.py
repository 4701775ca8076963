"""tote-hq's commands on a real data folder: what a person reads, and what a program reads."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from hq.cli import COMMANDS, main
from hq.ledger import SqlLedger
from hq.line import take
from hq.service import Hq
from sync import topics
from sync.ingest import ingest
from tests.hq.boxes import STORE, Box, basket_sent, box_of, turned, viewed, yes

MAIL = "sarah@example.com"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(hq: Hq, capsys: pytest.CaptureFixture[str]) -> Run:
    """(exit status, stdout, stderr) of tote-hq on the folder of `hq`."""

    def command(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main([*arguments, "--dir", str(hq.dir)])
        said = capsys.readouterr()
        return status, said.out, said.err

    return command


@pytest.fixture
def filled(hq: Hq, ledger: SqlLedger, box: Box) -> Box:
    box.append(turned(4))
    box.append(basket_sent(consents=(yes(),)), mail=MAIL)
    box.append("{}", kind="TeleportedToMars")
    ingest(ledger, STORE, box.payload())
    stranger = box_of(hq, "nowhere")
    stranger.append(viewed())
    take(hq, ledger, topics.up("nowhere"), stranger.payload())
    return box


def lines(out: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.splitlines()]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_worth_reading(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert len(capsys.readouterr().out) > 300


def test_stores_says_what_each_runs_and_what_was_refused(run: Run, filled: Box) -> None:
    status, out, _ = run("stores", "--json")
    known, unknown = lines(out)[0], lines(out)[1]
    assert status == 0
    assert (known["store"], known["version"], known["mark"], known["waiting_in_quarantine"]) == (STORE, "1.4", 3, 1)
    assert (unknown["store"], unknown["known"], unknown["refused"]) == ("nowhere", False, 1)
    of_store, of_stranger = run("stores")[1].splitlines()[1:]
    assert "nowhere (unknown)" in of_stranger and " s " not in of_stranger
    assert re.search(r"  1, last 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC: ", of_stranger)
    assert " s " in of_store


def test_a_store_is_registered_by_hand(run: Run, filled: Box) -> None:
    assert lines(run("stores", "--register", "nowhere", "--json")[1])[1]["known"]
    status, _, err = run("stores", "--register", "No Where")
    assert (status, "can't be a store's id" in err) == (2, True)


def test_a_store_is_admitted_and_told_so_and_only_one_that_is_known(run: Run, filled: Box) -> None:
    assert run("stores", "--admit", STORE)[1].splitlines()[0] == f"{STORE} may open one new log."
    status, out, err = run("stores", "--admit", STORE, "--json")
    assert lines(out)[0]["store"] == STORE and "may open one new log" in err
    status, _, err = run("stores", "--admit", "aurora-talin")
    assert (status, "'aurora-talin' is not known here" in err) == (2, True)


def test_a_mistyped_store_is_not_enrolled_but_a_new_one_is(run: Run, filled: Box, hq: Hq) -> None:
    slip = STORE[:-1]
    assert f"Did you mean {STORE}?" in run("enrol", slip)[2], "told before what is missing from the settings"
    assert "set broker.public" in run("enrol", STORE)[2]
    (hq.dir / "hq.toml").write_text('[broker]\npublic = "line.example:1"\n')
    status, out, err = run("enrol", slip)
    assert (status, out) == (2, "")
    assert f"Did you mean {STORE}?" in err and "--new" in err
    assert [line["store"] for line in lines(run("stores", "--json")[1]) if line["known"]] == [STORE]
    assert run("enrol", slip, "--new")[0] == 0
    assert run("enrol", slip)[0] == 0
    assert run("enrol", "No Where", "--new")[0] == 2


@pytest.mark.parametrize(
    ("url", "warned"),
    [
        ("", True),
        ("http://localhost:1", True),
        ("http://[::1]", True),
        ("http://0.0.0.0:8080", True),
        ("https://hq.shop.example", False),
        ("http://10.0.0.2:8080", False),
    ],
)
def test_a_code_whose_address_leads_to_this_machine_alone_comes_with_a_warning(
    run: Run, hq: Hq, url: str, warned: bool
) -> None:
    (hq.dir / "hq.toml").write_text(f'[web]\npublic_url = "{url}"\n[broker]\npublic = "line.example:1"\n')
    status, out, err = run("enrol", STORE)
    assert status == 0 and "tote enrol --hq http" in out
    assert ("set web.public_url" in err) is warned


def test_a_profile_is_shown_masked_and_revealed_on_demand(run: Run, filled: Box) -> None:
    (known,) = lines(run("profile", "show", "--mail", MAIL, "--json")[1])
    profile = str(known["profile"])
    assert known["identities"] == [{"kind": "mail", "value": "s…@example.com", "profile": profile}]
    (revealed,) = lines(run("profile", "show", "--profile", profile[:8], "--reveal", "--json")[1])
    assert revealed["identities"] == [{"kind": "mail", "value": MAIL, "profile": profile}]
    assert [look["how"] for look in revealed["looks"]] == ["masked"], "both are on record"
    out = run("profile", "show", "--mail", MAIL)[1]
    assert "marketing: yes by screen" in out and "1 x Trail boot, 42 · Brown (boot-42)" in out and MAIL not in out


def test_nobody_and_nonsense_are_told_with_the_fix(run: Run, filled: Box) -> None:
    status, out, err = run("profile", "show", "--mail", "jo@example.com", "--json")
    assert status == 2 and "No profile has this mail address" in err
    assert lines(out) == [{"error": err.removeprefix("tote-hq profile: ").strip()}]
    assert "This is no mail address" in run("profile", "show", "--mail", "jo")[2]
    assert "There is no basket" in run("audience", "explain", "--basket", "zz")[2]


def test_an_audience_is_explained_by_mail_profile_and_basket(run: Run, filled: Box) -> None:
    (by_mail,) = lines(run("audience", "explain", "--mail", MAIL, "--json")[1])
    assert (by_mail["sku"], by_mail["decision"], by_mail["reason"]) == ("boot-42", "excluded", "unknown-article")
    assert lines(run("audience", "explain", "--basket", str(by_mail["basket"])[:32], "--json")[1]) == [by_mail]
    assert "excluded" in run("audience", "explain", "--mail", MAIL)[1]


def test_a_quarantined_event_is_listed_shown_replayed_and_dropped(run: Run, filled: Box) -> None:
    (row,) = lines(run("quarantine", "list", "--json")[1])
    assert (row["n"], row["kind"]) == (3, "TeleportedToMars")
    log = str(row["log_id"])
    (whole,) = lines(run("quarantine", "show", log, "3", "--json")[1])
    assert (whole["body"], whole["blob"]) == ("{}", 0)
    assert "TeleportedToMars" in run("quarantine", "show", log, "3")[1]
    status, out, _ = run("quarantine", "replay", "--all", "--json")
    assert status == 1 and lines(out)[0]["applied"] is False
    assert "update HQ, then replay" in run("quarantine", "replay", log, "3")[1]
    assert run("quarantine", "drop", log, "3")[0] == 0
    assert run("quarantine", "list")[1] == "Nothing lies in quarantine.\n"
    assert run("quarantine", "replay", "--all")[:2] == (0, "Nothing lies in quarantine.\n")
    assert run("quarantine", "replay", "--all", "--json")[:2] == (0, "")
    assert "lies in quarantine; see" in run("quarantine", "drop", log, "3")[2]
    assert "Name the event" in run("quarantine", "show")[2]


@pytest.mark.parametrize("command", [["stores"], ["publish"], ["import", "a.csv"], ["import", "a.csv", "--dry-run"]])
def test_a_folder_without_an_hq_is_refused_and_left_empty(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("sku,price\nboot-42,1\n")
    assert main([*command, "--dir", str(tmp_path / "none")]) == 2
    assert "holds no HQ: name the folder of `tote-hq run` with --dir. The demo's is DIR/hq." in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_the_folder_above_an_hq_is_told_from_it(hq: Hq, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["publish", "--dir", str(hq.dir.parent)]) == 2
    assert f"holds no HQ, but {hq.dir} does: name that one with --dir." in capsys.readouterr().err


def test_settings_beside_the_data_are_read(run: Run, hq: Hq) -> None:
    (hq.dir / "hq.toml").write_text("[web]\nprot = 1\n")
    assert "Did you mean 'port'?" in run("stores")[2]


def test_an_account_is_made_with_a_password_shown_once_and_ended(run: Run) -> None:
    assert "answer this machine alone" in run("account", "list")[1]
    status, out, _ = run("account", "add", "mari", "--role", "support", "--json")
    assert status == 0 and re.fullmatch(r"([a-z2-9]{4}-){4}[a-z2-9]{4}", str(lines(out)[0]["password"]))
    assert run("account", "add", "jaan", "--role", "boss")[0] == 2
    assert run("account", "end", "mari")[0] == 2, "the only one"
    run("account", "add", "jaan", "--role", "operator")
    assert "mari" in run("account", "renew", "mari")[1]
    run("account", "roles", "mari", "--role", "marketer", "--role", "support")
    (first, second) = lines(run("account", "list", "--json")[1])
    assert (first["name"], second["roles"]) == ("jaan", ["marketer", "support"])
    assert run("account", "end", "jaan")[0] == 0
    assert len(lines(run("account", "list", "--json")[1])) == 1


def test_a_merge_tells_what_is_no_from_now_on(run: Run, filled: Box, ledger: SqlLedger) -> None:
    filled.append(basket_sent(basket="b" * 32, consents=(yes(granted=False),)), mail="sarah@example.org")
    ingest(ledger, STORE, filled.payload())
    status, out, _ = run("profile", "merge", MAIL, "sarah@example.org", "--reason", "wrote to us")
    assert status == 0
    assert "marketing is no from now on" in out and "tote-hq profile split" in out
