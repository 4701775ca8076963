"""Which elements may stand together: cases of GS1's syntax engine, its `validateAIs` tests; facts."""

import pytest

from edge.codes import resolve

TOGETHER = (
    "(400)ABC(400)ABC",
    "(99)ABC(400)XYZ(400)XYZ",
    "(02)12345678901231(37)123(00)123456789012345675",
    "(91)XXX(02)12345678901231(92)YYY(37)123(93)ZZZ(00)123456789012345675",
    "(21)ABC123(01)12345678901231",
    "(21)ABC123(8006)123456789012310510",
    "(01)12345678901231(21)XYZ999(250)ABC123",
    "(01)12345678901231(3925)12599(30)123",
    "(01)12345678901231(3925)12599(3165)654321",
    "(01)12345678901231(3925)12599(3295)654321",
    "(01)12345678901231(3925)12599(3575)654321",
    "(01)12345678901231(3925)12599(3695)654321",
    "(8030)DIGSIG(00)123456789012345675",
    "(8030)DIGSIG(01)12345678901231(21)ABC123",
    "(8030)DIGSIG(253)1234567890128X",
    "(8030)DIGSIG(255)12345678901280",
    "(8030)DIGSIG(8003)01234567890128X",
    "(8030)DIGSIG(8004)01234567890",
    "(8030)DIGSIG(8006)123456789012310102(21)ABC123",
    "(8030)DIGSIG(8010)1234567890(8011)123456789012",
    "(8030)DIGSIG(8017)123456789012345675",
    "(253)1234567890128",
    "(255)1234567890128",
    "(8003)01234567890128",
    "(8003)01234567890128X(8030)ABC123",
    "(00)123456789012345675(10)12345\\((01)12345678901231",
    "(8112)001234561234560123456",
    "(8110)012345612345611110123",
    "(01)95012345678903(3103)000123",
    "(00)123456789012345675(4307)DE(4301)A%20B",
)
APART = (
    "(400)ABC(400)AB",
    "(400)ABC(400)ABC(400)XYZ",
    "(89)ABC(89)XYZ",
    "(01)12345678901231(02)12345678901231",
    "(99)ABC123(01)12345678901231(02)12345678901231",
    "(01)12345678901231(255)5412345000150",
    "(01)12345678901231(37)123",
    "(21)ABC123(235)XYZ",
    "(3940)1234(8111)9999",
    "(3940)1234(3941)9999",
    "(3955)123456(3929)123",
    "(02)12345678901231",
    "(02)12345678901231(37)123",
    "(21)ABC123",
    "(01)12345678901231(250)ABC123",
    "(01)12345678901231(3925)12599",
    "(8030)DIGSIG",
    "(8030)DIGSIG(01)12345678901231",
    "(8030)DIGSIG(8006)123456789012310102",
    "(8030)DIGSIG(8010)1234567890",
    "(253)1234567890128(8030)ABC123",
    "(255)1234567890128(8030)ABC123",
    "(8003)01234567890128(8030)ABC123",
)


@pytest.mark.parametrize("code", TOGETHER)
def test_elements_that_belong_together_are_taken(code: str) -> None:
    assert resolve(code).kind == "gs1"


@pytest.mark.parametrize("code", APART)
def test_elements_that_contradict_or_miss_each_other_are_refused(code: str) -> None:
    meaning = resolve(code)
    assert meaning.kind == "invalid"
    assert meaning.error is not None


def test_what_one_scan_misses_another_code_on_the_box_may_say() -> None:
    """The syntax dictionary: pairings are evaluated over all carriers that mark an item."""
    assert resolve("]C13712").kind == resolve("]C110LOT7").kind == "gs1"
    assert resolve("(37)12").kind == resolve("(10)LOT7").kind == "invalid"


def test_the_article_is_named_though_something_beside_it_is_wrong() -> None:
    meaning = resolve("]C1010400638133393117991301")
    assert (meaning.kind, meaning.gtin) == ("invalid", "04006381333931")
    assert resolve("(01)04006381333932(17)991301").gtin is None
