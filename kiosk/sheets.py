"""What shelf labels are printed on. Lengths in millimetres."""

from dataclasses import dataclass

MOST = 500
"""Labels of one PDF."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A page of `columns` x `rows` labels of `size`: `left`, `top` of the first, `gap` between columns."""

    page: tuple[float, float]
    size: tuple[float, float]
    columns: int = 1
    rows: int = 1
    left: float = 0
    top: float = 0
    gap: float = 0

    @property
    def is_roll(self) -> bool:
        return self.columns * self.rows == 1


A4 = (210.0, 297.0)
SHEETS = {
    "a4-21": Sheet(page=A4, size=(63.5, 38.1), columns=3, rows=7, left=7.25, top=15.15, gap=2.5),
    "a4-8": Sheet(page=A4, size=(99.1, 67.7), columns=2, rows=4, left=4.65, top=13.1, gap=2.5),
    "roll-62x40": Sheet(page=(62, 40), size=(62, 40)),
    "roll-62x29": Sheet(page=(62, 29), size=(62, 29)),
}
"""By the names in addresses. The A4 ones fit the widespread self-adhesive sheets (Avery L7160 and L7165)."""
