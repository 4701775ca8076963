"""Keyboards as a scanner plays them: which key, with which others held, gives which character, in five countries."""

from hardware.keyboards.layouts import LAYOUTS, Layout
from hardware.keyboards.strokes import Stroke, strokes

__all__ = ["LAYOUTS", "Layout", "Stroke", "strokes"]
