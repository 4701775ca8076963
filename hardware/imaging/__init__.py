"""Codes in pictures: capture, where to look, the decoders, and when a reading counts."""
