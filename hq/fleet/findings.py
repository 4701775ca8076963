"""What needs somebody, said so that whoever reads it knows what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`store` is "" for HQ itself; `kind` is one of the rules' names, `subject` which reader or station of the box."""

    store: str
    kind: str
    words: str
    remedy: str
    subject: str = ""
    grave: bool = True
    """Whether shoppers or events are touched by it now; what is not can wait for the day."""

    @property
    def key(self) -> str:
        """By which an alarm about it is known again."""
        return f"{self.store}/{self.kind}/{self.subject}"[:160]
