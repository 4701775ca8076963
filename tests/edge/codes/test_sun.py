"""Links of NTAG 424 DNA tags: the application note's examples, and every way to forge one."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.codes import resolve
from edge.codes.aes import cmac
from edge.codes.sun import SecureTags, SunError, link_on, read_sun
from tests.edge.codes.sun_tag import FILE_KEY, META_KEY, UID, SunTag, aes_cmac

TAGS = SecureTags(host="id.example.com", meta_key=META_KEY, file_key=FILE_KEY)
PLAIN = SecureTags(host="id.example.com", file_key=FILE_KEY, mac_from="link")
ZEROS = bytes(16)
EXAMPLES = (
    # AN12196, 4.4.4.2 and page 18: the keys are zeros; the second signs and encrypts file data
    ("picc_data=EF963FF7828658A599F3041510671E88&cmac=94EED9EE65337086", "", "04DE5F1EACC040", 61, b""),
    (
        "picc_data=FD91EC264309878BE6345CBE53BADF40&enc=CEE9A53E3E463EF1F459635736738962&cmac=ECC1E7F6C6C73BF6",
        "enc",
        "04958CAA5C5E80",
        8,
        b"x" * 16,
    ),
)


@pytest.mark.parametrize(("query", "mac_from", "uid", "counter", "data"), EXAMPLES)
@pytest.mark.parametrize("spelled", [str.upper, str.lower])
def test_the_examples_of_the_application_note(
    query: str, mac_from: str, uid: str, counter: int, data: bytes, spelled: object
) -> None:
    tags = SecureTags(host="ntag.example", meta_key=ZEROS, file_key=ZEROS, mac_from=mac_from)
    lower = query.replace("EF963FF7828658A599F3041510671E88", "ef963ff7828658a599f3041510671e88")
    link = f"https://NTAG.example/01/04006381333931?{lower if spelled is str.lower else query}#top"
    found = read_sun(link, [tags])
    assert found is not None
    assert (found.uid.hex().upper(), found.counter, found.file_data) == (uid, counter, data)


def test_the_vector_of_the_cmac_itself() -> None:
    key, message = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c"), bytes.fromhex("6bc1bee22e409f96e93d7e117393172a")
    assert cmac(key, message).hex() == "070a16b46b4d4144f79bdd9dd04a287c"


def test_keys_of_each_tag_come_from_the_master_as_in_an10922() -> None:
    """The example of AN10922, 2.2.1, and a tag that was given such a key."""
    master, rest = bytes.fromhex("00112233445566778899AABBCCDDEEFF"), bytes.fromhex("3042F54E585020416275")
    uid = bytes.fromhex("04782E21801D80")
    own = bytes.fromhex("A8DD63A3B89D54B37CA802473FDA9175")
    assert aes_cmac(master, b"\x01" + uid + rest) == own
    tags = SecureTags(host="id.example.com", meta_key=META_KEY, file_key=master, diversify=rest)
    assert read_sun(SunTag(uid=uid, file_key=own).link(7), [tags]) == read_sun(
        SunTag(uid=uid, file_key=own).link(7), [SecureTags(host=TAGS.host, meta_key=META_KEY, file_key=own)]
    )
    with pytest.raises(SunError):
        read_sun(SunTag(uid=uid, file_key=master).link(7), [tags])


def test_plain_mirrors_are_verified_with_the_counter_written_highest_digit_first() -> None:
    found = read_sun(SunTag().plain_link(0x012345), [PLAIN])
    assert found is not None
    assert (found.uid, found.counter) == (UID, 0x012345)


@pytest.mark.parametrize("link", [SunTag().link(5), SunTag().plain_link(5)], ids=["encrypted", "plain"])
def test_a_changed_digit_anywhere_in_the_message_is_refused(link: str) -> None:
    tags = TAGS if "picc_data" in link else PLAIN
    assert read_sun(link, [tags])
    start = link.find("?")
    for place in range(start, len(link)):
        if link[place] in "0123456789ABCDEF" and link[place - 1] not in "&?":
            changed = link[:place] + ("0" if link[place] != "0" else "1") + link[place + 1 :]
            with pytest.raises(SunError):
                read_sun(changed, [tags])


@pytest.mark.parametrize("tag", [SunTag(file_key=bytes(16)), SunTag(meta_key=bytes(16))])
def test_another_key_is_refused_and_no_key_is_told(tag: SunTag) -> None:
    with pytest.raises(SunError) as caught:
        read_sun(tag.link(5), [TAGS])
    assert caught.value.reason == "tag-forged"
    assert caught.value.hint
    assert FILE_KEY.hex() not in repr(caught.value) + repr(TAGS) and repr(FILE_KEY) not in repr(TAGS)


def test_the_article_is_signed_too_where_the_mac_covers_the_link() -> None:
    other = SunTag().plain_link(5).replace("09506000134352", "04006381333931")
    with pytest.raises(SunError):
        read_sun(other, [PLAIN])


@pytest.mark.parametrize(
    "query",
    ["cmac=", "picc_data=&cmac=", "picc_data=00&cmac=00", "cmac=94EED9EE65337086", "picc_data=" + "0" * 32],
)
def test_half_a_message_is_a_forged_one(query: str) -> None:
    with pytest.raises(SunError):
        read_sun(f"https://id.example.com/01/09506000134352?{query}", [TAGS])


def test_a_parameter_that_is_there_twice_is_refused() -> None:
    link = SunTag().link(5)
    with pytest.raises(SunError):
        read_sun(link + "&" + link.partition("?")[2].partition("&")[0], [TAGS])


def test_other_links_are_no_concern_of_it() -> None:
    assert read_sun("https://other.example/?picc_data=0&cmac=0", [TAGS]) is None
    assert read_sun("https://id.example.com/01/09506000134352", [TAGS], on_tag=True) is None
    assert read_sun("http://[broken/", [TAGS]) is None


def test_a_host_whose_tags_must_all_be_secure_refuses_a_plain_tag_and_takes_a_printed_code() -> None:
    strict = SecureTags(host="id.example.com", meta_key=META_KEY, file_key=FILE_KEY, required=True)
    assert read_sun("https://id.example.com/01/09506000134352", [strict]) is None
    with pytest.raises(SunError):
        read_sun("https://id.example.com/01/09506000134352", [strict], on_tag=True)


def test_a_dot_behind_the_host_is_no_way_around_the_signature() -> None:
    strict = SecureTags(host="ID.example.com", meta_key=META_KEY, file_key=FILE_KEY, required=True)
    with pytest.raises(SunError):
        read_sun("https://id.example.com./01/09506000134352", [strict], on_tag=True)
    with pytest.raises(SunError):
        read_sun("https://id.example.com./01/09506000134352?picc_data=00&cmac=00", [strict])


def test_two_tables_of_one_host_are_both_tried_while_keys_change() -> None:
    new = SecureTags(host="id.example.com", meta_key=bytes(16), file_key=bytes(16))
    assert read_sun(SunTag().link(5), [new, TAGS]) == read_sun(SunTag().link(5), [TAGS])


def test_the_link_still_names_its_article() -> None:
    assert resolve(SunTag().link(5)).gtin == "09506000134352"


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"]Q1https://a.example/", b"\xd1\x01\x02T\x00"])
@pytest.mark.parametrize("symbology", ["", "qr", "ndef"])
def test_the_text_of_anything_can_be_asked_for(data: bytes, symbology: str) -> None:
    assert isinstance(link_on(data, symbology), str)


PIECES = st.lists(st.sampled_from(["?", "&", "=", "#", "picc_data", "cmac", "uid", "ctr", "enc", "0A", "é", "\ud800"]))


@given(st.one_of(st.text(), PIECES.map("".join)))
def test_nothing_else_is_ever_raised(text: str) -> None:
    for link in (text, "https://id.example.com/" + text):
        for tags in (TAGS, PLAIN, SecureTags(host="id.example.com", file_key=FILE_KEY, mac_from="enc", required=True)):
            try:
                read_sun(link, [tags], on_tag=True)
            except SunError:
                continue


def test_the_vectors_shared_with_the_other_parts() -> None:
    path = Path(__file__).parents[4] / "shared" / "data" / "codes" / "sun.json"
    if not path.exists():
        pytest.skip("only where the shared vectors are")
    for vector in json.loads(path.read_text())["sun"]:
        key = bytes.fromhex(vector["key"])
        tags = SecureTags(host="h.example", meta_key=key, file_key=key, mac_from="enc" if "enc" in vector else "")
        middle = f"&enc={vector['enc']}" if "enc" in vector else ""
        assert read_sun(f"https://h.example/?picc_data={vector['picc']}{middle}&cmac={vector['cmac']}", [tags])
