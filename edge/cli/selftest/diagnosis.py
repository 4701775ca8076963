"""What a scanner's answers to the sheet mean, in plain words, without I/O."""

from collections.abc import Iterable, Iterator, Sequence

from edge.cli.selftest.answers import Answer, Finding
from edge.cli.selftest.codes import GS
from edge.cli.selftest.playing import Player, explains, likeliest, mangled

LONG = 32
"""Characters of a code that are shown of it."""
SHOWN = 8
"""Wrong characters that are listed one by one."""


def diagnose(answers: Sequence[Answer], *, layout: str | None, inverted: bool = False) -> list[Finding]:
    """`layout` and `inverted` are the reader's options, None for one that types no keys."""
    heard = [answer for answer in answers if answer.arrived]
    if not heard:
        remedy = "is it plugged in, does it beep, and is it this reader? Try an EAN-13 at the end of the sheet"
        return [Finding(what="scanner", ok=False, words="nothing arrived at all", remedy=remedy)]
    head = _extra_head(heard, layout)
    bare = [_without(answer, head) for answer in heard]
    characters = list(_keys(bare, layout, inverted) if layout else _bytes(bare))
    legible = all(finding.ok for finding in characters)
    aim = [_aim(bare)] if legible else []  # what came out wrong can't be told from none
    return [*_prefix(head), *characters, *_fnc1(bare), *aim, _suffix(answers), *_unread(answers)]


def _extra_head(heard: Sequence[Answer], layout: str | None) -> str:
    """What stands before every code and belongs to none; an AIM identifier that came out wrong is no such thing."""
    ends = [(answer.code, text) for answer in heard for text in answer.arrived if text.endswith(answer.code.data)]
    heads = {text[: -len(code.data)].partition("]")[0] for code, text in ends}
    head = heads.pop() if len(heads) == 1 and len(ends) > 1 else ""
    return "" if head in mangled(layout) else head


def _without(answer: Answer, head: str) -> Answer:
    arrived = tuple(text.removeprefix(head) for text in answer.arrived)
    return Answer(code=answer.code, arrived=arrived, torn=answer.torn)


def _prefix(head: str) -> Iterator[Finding]:
    if head:
        words = f"the scanner sends {head!r} before every code"
        yield Finding(what="prefix", ok=False, words=words, remedy=f"set prefix = {head!r}, or switch it off there")


def _bytes(heard: Sequence[Answer]) -> Iterator[Finding]:
    wrong = [answer for answer in heard if not answer.is_right and not answer.code.is_gs1]
    if not wrong:
        yield Finding(what="characters", ok=True, words="every character arrives as printed")
        return
    remedy = "restore the scanner's defaults: its codes are being changed on the way (function keys, code pages, rules)"
    yield Finding(what="characters", ok=False, words=_wrong(wrong), remedy=remedy)


def _keys(heard: Sequence[Answer], layout: str, inverted: bool) -> Iterator[Finding]:
    plain = [answer for answer in heard if not answer.code.is_gs1 and answer.code.id != "letters"]
    wrong = [answer for answer in plain if not answer.is_right]
    if not wrong:
        yield Finding(what="characters", ok=True, words=f'every character arrives as printed (layout = "{layout}")')
        return
    found = likeliest(plain, layout, inverted)
    yield from _settings(found, wrong, layout, inverted)
    unexplained = [answer for answer in wrong if not explains(found, answer, layout, inverted)]
    if unexplained:
        remedy = f"set the scanner's keyboard country to the one of `layout` ({layout}), and restore its defaults"
        words = f"no layout explains: {_wrong(unexplained)}"
        yield Finding(what="characters", ok=False, words=words, remedy=remedy)


def _settings(found: Player, wrong: Sequence[Answer], layout: str, inverted: bool) -> Iterator[Finding]:
    if found.country != layout:
        words = f'the scanner types as in "{found.country}" and is read as in "{layout}": {_wrong(wrong)}'
        yield Finding(what="layout", ok=False, words=words, remedy=f'set layout = "{found.country}"')
    if found.inverted != inverted:
        words = "upper and lower case are swapped: Caps Lock is on, or the scanner is set as if it were"
        remedy = (
            f"switch Caps Lock off at the scanner's keyboard settings, or set inverted = {str(not inverted).lower()}"
        )
        yield Finding(what="caps lock", ok=False, words=words, remedy=remedy)


def _wrong(answers: Iterable[Answer]) -> str:
    """The characters that came out wrong, or the codes where that can't be told by character."""
    pairs: dict[str, None] = {}
    for answer in answers:
        data, text = answer.code.data, answer.text
        if len(data) == len(text):
            pairs |= {
                f"{ours} came as {theirs}": None for ours, theirs in zip(data, text, strict=True) if ours != theirs
            }
        else:
            pairs[f"{_short(data)} came as {_short(text)!r}"] = None
    more = f" and {len(pairs) - SHOWN} more" if len(pairs) > SHOWN else ""
    return ", ".join(list(pairs)[:SHOWN]) + more


def _short(text: str) -> str:
    return text if len(text) <= LONG else f"{text[: LONG - 1]}…"


def _fnc1(heard: Sequence[Answer]) -> Iterator[Finding]:
    for answer in (one for one in heard if one.code.is_gs1):
        before, after = GS.join(answer.code.data.split(GS)[:1]), answer.code.data.split(GS)[1]
        text = answer.text
        where = f"in the {answer.code.format} code"
        if text == answer.code.data:
            yield Finding(what="fnc1", ok=True, words=f"FNC1 {where} arrives as GS (0x1D)")
        elif text == before + after:
            remedy = (
                "have the scanner send FNC1 as GS (ASCII 29): 'GS1 separator', 'Function code' or 'Ctrl characters' on"
            )
            yield Finding(
                what="fnc1", ok=False, words=f"FNC1 {where} is lost: lot and serial run together", remedy=remedy
            )
        elif text.startswith(before) and text.endswith(after):
            other = text[len(before) : len(text) - len(after)]
            yield _spelled(other, where)
        else:
            remedy = "put the characters right first, and test again"
            yield Finding(what="fnc1", ok=False, words=f"can't be told {where}: {text!r} arrived", remedy=remedy)


def _spelled(other: str, where: str) -> Finding:
    if other in ("<GS>", "<FNC1>", "{GS}", "{FNC1}", "␝"):
        return Finding(what="fnc1", ok=True, words=f"FNC1 {where} arrives as {other}, which is understood")
    remedy = "have the scanner send FNC1 as GS (ASCII 29), not as another character"
    return Finding(what="fnc1", ok=False, words=f"FNC1 {where} arrives as {other!r}", remedy=remedy)


def _aim(heard: Sequence[Answer]) -> Finding:
    if all(answer.has_aim for answer in heard):
        return Finding(what="aim", ok=True, words="AIM identifiers are on: the kind of each code is known")
    if any(answer.has_aim for answer in heard):
        remedy = "switch them on for all symbologies, or off"
        return Finding(what="aim", ok=False, words="AIM identifiers come with some codes only", remedy=remedy)
    words = "AIM identifiers are off: codes are understood by their look; with them on, EAN-8 and UPC-E are told apart"
    return Finding(what="aim", ok=True, words=words)


def _suffix(answers: Sequence[Answer]) -> Finding:
    glued = any(text == answer.code.data * 2 for answer in answers for text in answer.arrived)
    if glued or any(answer.torn for answer in answers):
        remedy = 'set the scanner\'s suffix to CR (Enter); where it can have none, set suffix = "none"'
        return Finding(what="suffix", ok=False, words="codes arrive without an ending", remedy=remedy)
    return Finding(what="suffix", ok=True, words="each code arrives with its ending, and by itself")


def _unread(answers: Sequence[Answer]) -> Iterator[Finding]:
    for answer in answers:
        if not answer.arrived:
            remedy = answer.code.hint or "switch the symbology on at the scanner, and hold it nearer"
            words = f"{answer.code.title} was not read"
            yield Finding(what="unread", ok=not answer.code.need, words=words, remedy=remedy)
