"""`tote-hq audience list | count | send`, as a marketer gives them."""

import json
from pathlib import Path

import pytest

from hq.cli import main
from hq.service import Hq
from tests.hq.sending.conftest import basket
from tests.hq.sending.platform import TOKEN, Platform


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_from_settings_to_the_platform(
    hq: Hq, there: Platform, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = tmp_path / "hq.toml"
    (tmp_path / "token").write_text(TOKEN)
    settings.write_text(
        f"""
        [[audiences]]
        name = "everybody"
        days = 30000
        [[destination]]
        name = "meta-baskets"
        platform = "meta"
        audience = "everybody"
        id = "4711"
        token_file = "{tmp_path / "token"}"
        url = "{there.url}"
        """
    )
    basket(hq, "in@example.com", "BOOT-42", "BOOT-43")
    basket(hq, "no@example.com", granted=False)
    place = ["--dir", str(hq.dir), "--config", str(settings)]
    counts = {"audience": "everybody", "of": "baskets", "people": 1, "articles": 1, "people_out": {"no-consent": 1}}
    more = {"articles_out": {"no-consent": 1, "sold-out": 1}}
    for action in (["list"], ["count", "everybody"]):
        assert main(["audience", *action, "--json", *place]) == 0
        assert lines(capsys) == [counts | more]
    assert main(["audience", "count", "everybody", *place]) == 0
    assert "no-consent  1       1" in capsys.readouterr().out
    assert main(["audience", "send", "--dry-run", "--json", *place]) == 0
    assert [(one["state"], one["added"]) for one in lines(capsys)] == [("dry-run", 1)]
    assert main(["audience", "send", "--json", *place]) == 0
    assert [(one["state"], one["added"], one["error"]) for one in lines(capsys)] == [("done", 1, "")]
    assert len(there.people) == 1 and there.wrong == []
    there.misbehave = [(403, {})]
    basket(hq, "new@example.com")
    assert main(["audience", "send", "meta-baskets", *place]) == 1
    assert "403: the token is not good for this" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("platform = 'tiktok'", "platform 'tiktok' is none of meta, google"),
        ("platform = 'meta'\naudience = 'x'\nid = '1'", "audience 'x' is none of abandoned-basket"),
        ("platform = 'ga4'\nid = '../1'", "id must be what ga4 calls it"),
        ("platform = 'segment'\nurl = 'http://shop.example'", "must begin with https://"),
        ("platform = 'google'\naudience = 'lapsed'\nid = '1'", "account must be the advertiser's number"),
        ("platform = 'meta-conversions'\nid = '1'", "site must be like https://shop.example"),
        ("platform = 'segment'\nevery_hours = -1", "every_hours must lie between"),
    ],
)
def test_a_destination_that_makes_no_sense_is_named_with_the_fix(
    hq: Hq, tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: str, words: str
) -> None:
    settings = tmp_path / "hq.toml"
    settings.write_text(f"[[destination]]\nname = 'd'\n{wrong}\n")
    assert main(["audience", "list", "--dir", str(hq.dir), "--config", str(settings)]) == 2
    assert words in capsys.readouterr().err
