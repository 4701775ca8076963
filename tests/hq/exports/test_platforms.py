"""The platforms' own vectors, and those rules of Meta's that come without any."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq.exports.platforms import PLATFORMS, Name, postal, region

GOOGLE, META, UID2 = (PLATFORMS[name] for name in ("google", "meta", "uid2"))
VECTORS = Path(__file__).parents[4] / "shared" / "data" / "marketing"
needed = pytest.mark.skipif(not VECTORS.is_dir(), reason="the vectors of ../shared/data/marketing are not here")


def vectors(name: str) -> list[dict[str, Any]]:
    path: Path = VECTORS / name
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return found


def of_google(kind: str, text: str) -> str:
    do = {
        "format_email": GOOGLE.mail,
        "format_phone": GOOGLE.phone,
        "region": region,
        "postal": postal,
        "process_email": lambda text: GOOGLE.hashed(GOOGLE.mail(text)),
        "process_phone": lambda text: GOOGLE.hashed(GOOGLE.phone(text)),
        "process_given_name": lambda text: GOOGLE.hashed(GOOGLE.name_of_person(text)),
        "process_family_name": lambda text: GOOGLE.hashed(GOOGLE.name_of_person(text)),
    }
    found = do[kind.removesuffix("_hex").removesuffix("_b64")](text)
    return b64encode(bytes.fromhex(found)).decode() if kind.endswith("_b64") else found


@needed
@pytest.mark.parametrize("vector", vectors("google_datamanager.json"), ids=lambda v: f"{v['kind']}-{v['input']!r}")
def test_google_says_the_same(vector: dict[str, Any]) -> None:
    text = vector["input"] or ""
    if isinstance(vector["expected"], dict):
        with pytest.raises(ValueError, match="no "):
            of_google(vector["kind"], text)
    else:
        assert of_google(vector["kind"], text) == vector["expected"]


@needed
@pytest.mark.parametrize("vector", vectors("uid2.json"), ids=lambda v: str(v["input"]))
def test_uid2_says_the_same(vector: dict[str, Any]) -> None:
    text = vector["input"]
    normalised = UID2.mail(text) if "@" in text else UID2.phone(text)
    assert normalised == vector["normalized"]
    assert UID2.hashed(normalised) == vector["base64"]
    assert GOOGLE.hashed(normalised) == vector["sha256_hex"]


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        (" John.Smith+Shop@GMail.com ", "john.smith+shop@gmail.com"),
        ("mari@Example.ORG", "mari@example.org"),
    ],
)
def test_meta_only_trims_and_lowers_a_mail(text: str, normalised: str) -> None:
    assert META.mail(text) == normalised


@pytest.mark.parametrize(
    ("text", "normalised"),
    [("+372 5555 1234", "37255551234"), ("0049 (151) 234-567", "49151234567"), ("1 650 555 1212", "16505551212")],
)
def test_meta_wants_a_phones_digits_without_plus_and_leading_zeros(text: str, normalised: str) -> None:
    assert META.phone(text) == normalised


def test_google_takes_the_plus_from_gmail_and_from_nobody_else() -> None:
    assert GOOGLE.mail("cloudy.san+x@gmail.com") == "cloudysan@gmail.com"
    assert GOOGLE.mail("User.Name+NYC@Example.com") == "user.name+nyc@example.com"


@pytest.mark.parametrize("platform", ["google", "meta", "uid2"])
@pytest.mark.parametrize("text", ["", " ", "a@", "@b", "a@b@c"])
def test_what_is_no_address_is_refused(platform: Name, text: str) -> None:
    with pytest.raises(ValueError, match="no mail address"):
        PLATFORMS[platform].mail(text)


@given(st.text(max_size=40), st.sampled_from(["google", "meta", "uid2"]))
def test_what_is_normalised_stays_as_it_is(text: str, name: Name) -> None:
    platform = PLATFORMS[name]
    for do in (platform.mail, platform.phone):
        try:
            once = do(text)
        except ValueError:
            continue
        assert do(once) == once
