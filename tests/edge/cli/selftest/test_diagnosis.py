"""What a scanner's answers to the sheet mean."""

from dataclasses import replace
from itertools import product

import pytest

from edge.cli.selftest.answers import Answer, Finding
from edge.cli.selftest.codes import CODES, TestCode
from edge.cli.selftest.diagnosis import diagnose
from edge.cli.selftest.playing import Player, played
from hardware.keyboards import LAYOUTS

PAIRS = list(product(LAYOUTS, LAYOUTS))
"""The country a scanner is set to, and the one that is configured."""


def answers_of(way: Player, layout: str, codes: tuple[TestCode, ...] = CODES) -> list[Answer]:
    """What a scanner set like `way` gives at a reader of that layout."""
    texts = [(code, played(way, (code.aim if way.aim else "") + code.data, layout)) for code in codes]
    return [Answer(code=code, arrived=(text,) * code.times if text else ()) for code, text in texts]


def right(*, aim: bool = True) -> list[Answer]:
    return [Answer(code=code, arrived=((code.aim if aim else "") + code.data,) * code.times) for code in CODES]


def told(findings: list[Finding], what: str) -> list[Finding]:
    return [finding for finding in findings if finding.what == what]


@pytest.mark.parametrize("aim", [False, True])
@pytest.mark.parametrize(("scanner", "configured"), PAIRS)
def test_the_right_layout_is_proposed_for_every_pair(scanner: str, configured: str, aim: bool) -> None:
    findings = diagnose(answers_of(Player(scanner, False, aim), configured), layout=configured)
    if scanner == configured:
        assert [finding for finding in findings if not finding.ok] == []
        return
    (layout,) = told(findings, "layout")
    assert (layout.ok, layout.remedy) == (False, f'set layout = "{scanner}"')
    assert told(findings, "characters") == told(findings, "caps lock") == []


@pytest.mark.parametrize(("scanner", "configured"), PAIRS)
def test_caps_lock_is_told_beside_the_layout(scanner: str, configured: str) -> None:
    findings = diagnose(answers_of(Player(scanner, True, False), configured), layout=configured)
    (caps,) = told(findings, "caps lock")
    assert "inverted = true" in caps.remedy
    assert [finding.remedy for finding in told(findings, "layout")] == (
        [] if scanner == configured else [f'set layout = "{scanner}"']
    )


@pytest.mark.parametrize(("scanner", "configured"), PAIRS)
def test_the_bars_alone_suffice_for_a_laser_scanner(scanner: str, configured: str) -> None:
    bars = tuple(code for code in CODES if code.format not in ("QRCode", "DataMatrix"))
    findings = diagnose(answers_of(Player(scanner, False, False), configured, bars), layout=configured)
    assert [finding.remedy for finding in told(findings, "layout")] == (
        [] if scanner == configured else [f'set layout = "{scanner}"']
    )


def test_the_characters_that_came_wrong_are_named() -> None:
    findings = diagnose(answers_of(Player("de", False, False), "us"), layout="us")
    assert "Y came as Z" in told(findings, "layout")[0].words


def test_what_no_layout_explains_is_said() -> None:
    answers = right()
    answers[1] = replace(answers[1], arrived=("]C0AMQ",))
    (finding,) = told(diagnose(answers, layout="us"), "characters")
    assert (finding.ok, finding.words) == (False, "no layout explains: AMQWYZ came as 'AMQ'")


def test_all_is_well_where_all_is_well() -> None:
    findings = diagnose(right(), layout="us")
    assert all(finding.ok for finding in findings)
    assert {finding.what for finding in findings} == {"characters", "fnc1", "aim", "suffix"}
    assert [finding.words for finding in diagnose(right(), layout=None)] == [
        words.replace(' (layout = "us")', "") for words in (finding.words for finding in findings)
    ]


@pytest.mark.parametrize(
    ("instead", "ok", "words"),
    [
        ("\x1d", True, "arrives as GS (0x1D)"),
        ("<GS>", True, "arrives as <GS>, which is understood"),
        ("", False, "is lost: lot and serial run together"),
        ("|", False, "arrives as '|'"),
    ],
)
def test_fnc1_is_told_by_how_it_arrives(instead: str, ok: bool, words: str) -> None:
    answers = [
        replace(answer, arrived=tuple(text.replace("\x1d", instead) for text in answer.arrived)) for answer in right()
    ]
    for finding in told(diagnose(answers, layout="us"), "fnc1"):
        assert finding.ok == ok
        assert words in finding.words


@pytest.mark.parametrize(("scanner", "arrives"), [("de", True), ("fr", False)])
def test_fnc1_is_told_beside_a_wrong_layout_where_it_can_be(scanner: str, arrives: bool) -> None:
    findings = told(diagnose(answers_of(Player(scanner, False, False), "us"), layout="us"), "fnc1")
    assert [finding.ok for finding in findings] == [arrives, arrives]
    assert all(("put the characters right first" in finding.remedy) != arrives for finding in findings)


def test_aim_identifiers_are_on_off_or_mixed() -> None:
    mixed = right()[:5] + right(aim=False)[5:]
    found = [told(diagnose(answers, layout="us"), "aim")[0] for answers in (right(), right(aim=False), mixed)]
    assert [finding.ok for finding in found] == [True, True, False]
    assert ["on" in found[0].words, "off" in found[1].words, "some codes only" in found[2].words] == [True] * 3


def test_a_missing_suffix_is_told_whether_codes_tear_or_run_together() -> None:
    torn = [replace(answer, torn=True) for answer in right()]
    glued = right()
    glued[8] = replace(glued[8], arrived=("END OF CODEEND OF CODE",))
    for answers in (torn, glued):
        (finding,) = told(diagnose(answers, layout="us"), "suffix")
        assert 'suffix = "none"' in finding.remedy


@pytest.mark.parametrize("aim", [False, True])
def test_a_prefix_is_told(aim: bool) -> None:
    answers = [replace(answer, arrived=tuple(f"~{text}" for text in answer.arrived)) for answer in right(aim=aim)]
    findings = diagnose(answers, layout="us")
    assert [finding.remedy for finding in findings if not finding.ok] == ["set prefix = '~', or switch it off there"]


def test_what_was_not_read_is_told_and_only_needed_codes_are_a_fault() -> None:
    answers = [Answer(code=answer.code) if answer.code.id in ("ean-13", "link") else answer for answer in right()]
    unread = told(diagnose(answers, layout="us"), "unread")
    assert [(finding.ok, "not read" in finding.words) for finding in unread] == [(True, True), (False, True)]


def test_a_silent_scanner_is_told() -> None:
    (finding,) = diagnose([Answer(code=code) for code in CODES], layout="us")
    assert (finding.ok, finding.words) == (False, "nothing arrived at all")
