"""Codes and secure tags in the settings: what they mean to the shop, and errors that name key and fix, never a key."""

from pathlib import Path

import pytest

from edge.codes import CodeRules, resolve
from edge.config import Config, ConfigError
from edge.config_file import load, parse
from edge.shop_settings import shop_settings
from tests.edge.codes.sun_tag import FILE_KEY, META_KEY

KEY = "09" * 32
BASE = f"""
store = "shop"
currency = "SEK"
[hq]
broker = "127.0.0.1:1883"
url = "http://127.0.0.1:8090"
seal_key = "{KEY}"
verify_key = "{KEY}"
[[station]]
id = "wall"
kind = "wall"
"""
CODES = r"""
[codes]
sku = '[A-Z]{3}-\d+'
hosts = ["id.example.com"]
coupons = ["99"]
[[codes.link]]
pattern = 'https://shop[.]example/p/(?P<sku>[^/?#]+).*'
[[codes.range]]
kind = "loyalty"
pattern = '77\d{11}'
[[codes.rcn]]
pattern = "21IIIIIVVVVV"
measure = "weight"
decimals = 3
"""
TAG = f"""
[[secure_tag]]
host = "id.example.com"
file_key = "{FILE_KEY.hex()}"
meta_key = "{META_KEY.hex()}"
"""


def settings(text: str, folder: Path) -> Config:
    config = parse(BASE + text)
    assert shop_settings(config, folder).code_rules == config.codes.rules("SEK")
    return config


def test_the_shops_own_codes_mean_what_the_settings_say(tmp_path: Path) -> None:
    rules = settings(CODES, tmp_path).codes.rules("SEK")
    assert resolve("7712345678901", rules=rules).kind == "loyalty"
    assert resolve("ABC-1", rules=rules).kind == "sku"
    assert resolve("https://shop.example/p/ABC-1?from=tag", rules=rules).text == "ABC-1"
    assert (rules.hosts, rules.coupons) == (("id.example.com",), ("99",))
    weighed = resolve("2112345012056", rules=rules)
    assert weighed.measure is not None
    assert (weighed.kind, str(weighed.measure.value), weighed.measure.unit) == ("rcn", "1.205", "kg")


def test_without_a_table_the_rules_are_the_plain_ones_in_the_shops_currency(tmp_path: Path) -> None:
    assert settings("", tmp_path).codes.rules("SEK") == CodeRules(currency="SEK")


def test_a_secure_tag_reaches_the_shop_with_its_keys(tmp_path: Path) -> None:
    (tags,) = shop_settings(settings(TAG + 'mac_from = "link"\nrequired = true', tmp_path), tmp_path).secure_tags
    assert (tags.host, tags.file_key, tags.meta_key) == ("id.example.com", FILE_KEY, META_KEY)
    assert (tags.mac_from, tags.required, tags.counter) == ("link", True, "ctr")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[codes]\nskus = ''", "'codes.skus' is no setting. Did you mean 'sku'?"),
        ("[codes]\nsku = '('", "codes.sku is no regular expression"),
        ("[codes.range]\nkind = 'loyalty'", r"codes.range must be a list of tables: write [[codes.range]]"),
        ("[[codes.range]]\nkind = 'card'\npattern = ''", "codes.range[1].kind must be one of loyalty"),
        ("[[codes.range]]\nkind = 'badge'\npattern = '['", "codes.range[1].pattern is no regular expression"),
        ("[codes]\nhosts = ['https://a.example']", "codes.hosts: each must be a plain host"),
        ("[codes]\ncoupons = ['x']", "codes.coupons: 'x' is no beginning of coupon numbers"),
        ("[[codes.link]]\npattern = 'https://a.example/.*'", "codes.link[1].pattern: 'https://a.example/.*' names no"),
        ("[[codes.link]]\npattern = '('", "codes.link[1].pattern is no regular expression"),
        ("[[codes.rcn]]\npattern = '99'\nmeasure = 'price'\ndecimals = 0", "write prefix, I, V and C, twelve in all"),
        ("[[codes.rcn]]\npattern = '21IIIIIVVVVV'\nmeasure = 'price'\ndecimals = 6", "codes.rcn[1].decimals must be 0"),
        ("[[codes.rcn]]\npattern = '21IIIIIVVVVV'\nmeasure = 'size'", "codes.rcn[1].measure must be one of price"),
    ],
)
def test_a_rule_that_cannot_work_names_the_key_and_the_fix(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(BASE + text)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (f'file_key = "{FILE_KEY.hex()}"\n', "", "secure_tag[1].file_key is missing"),
        (FILE_KEY.hex(), FILE_KEY.hex()[:-1], "secure_tag[1].file_key must be 32 hex digits"),
        (FILE_KEY.hex(), FILE_KEY.hex()[:-1] + "x", "secure_tag[1].file_key must be 32 hex digits"),
        (f'"{FILE_KEY.hex()}"', "['1011', '12']", "secure_tag[1].file_key must be a text in quotes."),
        (META_KEY.hex(), META_KEY.hex() * 2, "secure_tag[1].meta_key must be 32 hex digits"),
        ("id.example.com", "https://id.example.com", "secure_tag[1].host must be a plain host"),
        ("id.example.com", "", "secure_tag[1].host must be a plain host"),
        ("[[secure_tag]]\n", '[[secure_tag]]\nmac_from = "sdm"\n', "mac_from must be one of '', 'link', 'picc_data'"),
        ("[[secure_tag]]\n", '[[secure_tag]]\ncmac = "uid"\n', "must be different names of query parameters"),
        ("[[secure_tag]]\n", '[[secure_tag]]\ndiversify = "01"\n', "secure_tag[1].diversify must be 18 to 48"),
        ("[[secure_tag]]\n", '[[secure_tag]]\nfilekey = "01"\n', "'secure_tag[1].filekey' is no setting"),
        ("[[secure_tag]]\n", "[secure_tag]\n", "secure_tag must be a list of tables"),
    ],
)
def test_a_table_that_cannot_work_is_refused_without_telling_a_key(old: str, new: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(BASE + TAG.replace(old, new))
    assert said in str(caught.value)
    chain = [str(error) for error in (caught.value, caught.value.__cause__)]
    assert not any(key in text for key in (FILE_KEY.hex()[:12], META_KEY.hex()[:12], "1011") for text in chain)


def test_settings_printed_whole_show_no_key(tmp_path: Path) -> None:
    config = settings(TAG, tmp_path)
    shown = repr(config) + str(config) + repr(shop_settings(config, tmp_path))
    for key in (FILE_KEY, META_KEY):
        assert key.hex() not in shown
        assert repr(key) not in shown


def test_the_settings_in_the_guide_can_be_used() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "operate.md").read_text(encoding="utf-8")
    example = guide.partition("### Codes of the shop's own")[2].partition("```toml\n")[2].partition("```")[0]
    config = parse(BASE + example.replace("…", FILE_KEY.hex()))
    assert resolve("2112345012056", rules=config.codes.rules("EUR")).kind == "rcn"
    assert config.secure_tag[0].host == "id.example.com"


@pytest.mark.parametrize(("mode", "warned"), [(0o644, True), (0o640, False)])
def test_a_file_with_keys_that_everybody_may_read_is_warned_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, mode: int, warned: bool
) -> None:
    file = tmp_path / "tote.toml"
    file.write_text(BASE + TAG)
    file.chmod(mode)
    load(file)
    assert ("chmod 640" in caplog.text) == warned
    assert FILE_KEY.hex() not in caplog.text
