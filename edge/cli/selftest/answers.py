"""What arrived for the codes of the sheet, and what is found in it."""

from dataclasses import dataclass

from edge.cli.selftest.codes import TestCode


@dataclass(frozen=True, kw_only=True)
class Finding:
    what: str
    ok: bool
    words: str
    remedy: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What arrived for a code, a text for each reading; `torn` where a reading came without its suffix."""

    code: TestCode
    arrived: tuple[str, ...] = ()
    torn: bool = False

    @property
    def text(self) -> str:
        """Without the AIM identifier, which is nobody's fault."""
        first = self.arrived[0] if self.arrived else ""
        return first[3:] if self.has_aim else first

    @property
    def has_aim(self) -> bool:
        return bool(self.arrived) and self.arrived[0].startswith(self.code.aim[:2])

    @property
    def is_right(self) -> bool:
        return self.text in (self.code.data, *self.code.also)
