"""Digital Links: cases of GS1's syntax engine, its `parseDLuri` tests; facts."""

import pytest

from edge.codes import CodeRules, LinkRule, digital_link, resolve

LINKS = (
    "http://a/00/006141411234567890",
    "HTTP://a/00/006141411234567890",
    "https://a/00/006141411234567890",
    "HTTPS://a/00/006141411234567890",
    "https://a/01/12312312312333",
    "https://xn--fsq.xn--0zwm56d/01/12312312312333",
    "https://a./01/12312312312333",
    "https://a:65535/01/12312312312333",
    "https://192.0.2.1/01/12312312312333",
    "https://3232235777/01/12312312312333",
    "https://0300.0250.01.01/01/12312312312333",
    "https://[2001:db8::1]/01/12312312312333",
    "https://a/stem/00/006141411234567890",
    "https://a/more/stem/00/006141411234567890",
    "https://a/00/faux/00/006141411234567890",
    "https://a/01/2112345678900",
    "https://a/01/416000336108",
    "https://a/01/02345673",
    "https://a/01/12312312312333/22/TEST/10/ABC/21/XYZ",
    "https://a/01/12312312312333/235/TEST",
    "https://a/253/1231231231232",
    "https://a/253/1231231231232TEST5678901234567",
    "https://a/8018/123456789012345675/8019/123",
    "https://a/stem/00/006141411234567890?",
    "https://a/stem/00/006141411234567890?99=ABC",
    "https://a/stem/401/12345678?99=ABC",
    "https://a/01/12312312312333?99=ABC&98=XYZ",
    "https://a/01/12312312312333?&&&99=ABC&&&&&&98=XYZ&&&",
    "https://a/01/12312312312333?99=ABC&unknown=666&98=XYZ",
    "https://a/01/12312312312333?singleton1&unknown1=555&99=ABC&singleton2&unknown2=6666&98=XYZ&unknown3=777&singleton3",
    "https://a/01/12312312312333/22/ABC%2d123?99=ABC&98=XYZ%2f987",
    "https://a/01/12312312312333/22/ABC+123?99=ABC&98=XYZ%2f987",
    "https://a/01/12312312312333/22/test/10/abc/21/xyz#",
    "https://a/01/12312312312333/22/test/10/abc/21/xyz#fragment",
    "https://a/stem/00/006141411234567890?99=ABC#fragment",
    "https://id.gs1.org/01/09520123456788",
    "https://id.gs1.org/01/09520123456788/10/ABC1/21/12345?17=180426",
    "https://id.gs1.org/01/09520123456788?3103=000195",
    "https://example.com/01/9520123456788?3103=000195&3922=0299&17=201225",
    "https://id.gs1.org/00/952012345678912345",
    "https://id.gs1.org/00/952012345678912345?02=09520123456788&37=25&10=ABC123",
    "https://id.gs1.org/414/9520123456788",
    "https://id.gs1.org/414/9520123456788/254/32a%2Fb",
    "https://example.com/8004/9520614141234567?01=9520123456788",
    "https://id.gs1.org/01/09520123456788/235/XYZ?10=ABC123",
)
NO_LINKS = (
    "HtTp://a/b/00/006141411234567890",
    "https://00/006141411234567890",
    "https://[fe80::1%25lo]/01/12312312312333",
    "https://$a/006141411234567890",
    "https://a$/006141411234567890",
    "https://a/253/1231231231232TEST56789012345678",
    "https://a/stem/00/006141411234567890/",
    "https://a/01/12312312312333?99=",
    "https://a/01/12312312312333?99=ABC&999=faux",
    "https://a/01/12312312312333/22/ABC%2d123?99=ABC&98=XYZ+987",
    "https://example.com/01/09520123456788?10=ABC123",
    "https://id.gs1.org/01/09520123456788/10/ABC123?99=XYZ789&01=09520123456788",
    "https://id.gs1.org/01/09520123456788/10/ABC123?99=XYZ789&10=ABC123",
    "https://id.gs1.org/01/09520123456788/10/ABC123?99=XYZ789&99=XYZ789",
    "https://example.com/01/09520123456788/89/ABC123?99=XYZ",
    "https://example.com/01/09520123456788?99=XYZ&89=ABC123",
    "https://a/01/12312312312333/10/ABC/22/X",
    "https://a/01/12312312312333/22/X/235/Y",
    "ftp://",
    "http://",
    "http:///",
    "http://a",
    "http://a/b/",
)


@pytest.mark.parametrize("address", LINKS)
def test_a_link_is_read(address: str) -> None:
    meaning = resolve(address)
    assert meaning.kind == "digital-link"
    assert meaning.elements


@pytest.mark.parametrize("address", NO_LINKS)
def test_what_breaks_the_rules_of_links_is_none(address: str) -> None:
    assert resolve(address).kind != "digital-link"


def test_values_are_decoded_once_and_keep_their_meaning() -> None:
    elements = resolve("https://a/01/12312312312333/22/A%2Fb+C?99=X%26Y&lang=de&98=%2525").elements
    assert elements == {"01": "12312312312333", "22": "A/b+C", "99": "X&Y", "98": "%25"}


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/01/04006381333931/",
        "https://example.com/01/04006381333931/reviews",
        "https://example.com/01/4006381333931/89/X",
        "https://example.com/01/04006381333931?10=ABC",
        "https://example.com/01/04006381333931/10/ABC/22/X",
        "https://example.com/01/04006381333931/21/%20",
        "https://shopper@example.com/01/04006381333931",
    ],
)
def test_a_link_that_breaks_a_rule_still_names_its_article(address: str) -> None:
    meaning = resolve(address)
    assert (meaning.kind, meaning.gtin) == ("invalid", "04006381333931")


@pytest.mark.parametrize(
    "address", ["https://example.com/2026/01/15/news", "https://example.com/00/1", "http://a/01/x"]
)
def test_an_address_that_looks_a_little_like_a_link_is_an_address(address: str) -> None:
    assert resolve(address).kind == "url"


def test_a_compressed_link_tells_its_article() -> None:
    meaning = resolve("https://id.example.org/AQnYUc1gmiERBhQ0ytiyZuAC")
    assert (meaning.kind, meaning.elements) == ("digital-link", {"01": "05412345000013"})
    assert resolve("https://id.example.org/AQnYUc2gmiERBhQ0ytiyZuAC").kind == "url"


def test_short_names_of_older_links_are_understood() -> None:
    meaning = resolve("https://example.com/GTIN/4006381333931/lot/7/ser/8")
    assert meaning.elements == {"01": "04006381333931", "10": "7", "21": "8"}


def test_the_retailers_own_hosts_and_addresses_are_known_by_the_settings() -> None:
    rules = CodeRules(
        hosts=("id.example.com",),
        links=(LinkRule(r"https://id[.]example[.]com/p/(?P<sku>[^/?#]+).*"), LinkRule(r"https://x/(?P<gtin>\d+)")),
    )
    own = resolve("https://id.example.com/p/TB-42?utm=1", "", rules)
    assert (own.kind, own.text, own.own) == ("sku", "TB-42", True)
    assert resolve("https://x/4006381333931", "", rules).gtin == "04006381333931"
    assert resolve(digital_link("4006381333931", "https://id.example.com"), "", rules).own
    assert resolve("HTTPS://ID.EXAMPLE.COM./01/04006381333931", "", rules).own
    other = resolve(digital_link("4006381333931", "https://other.example"), "", rules)
    assert (other.kind, other.own) == ("digital-link", False)


def test_a_rule_for_addresses_must_name_an_article() -> None:
    with pytest.raises(ValueError, match="names no article"):
        LinkRule("https://example.com/.*")
