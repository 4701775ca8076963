"""Answers to the questions of the boxes, on a line and a thread of their own: no batch in ingest holds one up.

What may be answered is decided here and nowhere else: `shown` is the list, per kind of question and kind of screen. A
box that asks for more is told no more.
"""

from hq.answers.line import AnswerLine

__all__ = ["AnswerLine"]
