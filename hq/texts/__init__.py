"""Text messages: the link of a basket, for who gave a phone number."""

from hq.texts.sender import Texts

__all__ = ["Texts"]
