"""A step of the walk that did not go as it should."""

from edge.demo.errors import DemoError


class StepFailed(DemoError):
    """What was expected, and what was there instead."""


def expect(holds: object, otherwise: str) -> None:
    """Raise `StepFailed` with the words `otherwise` unless `holds`."""
    if not holds:
        raise StepFailed(otherwise)
