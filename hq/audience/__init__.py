"""Who may be shown what today, and why: rules without I/O (`rules`), and the facts they are asked about (`facts`)."""

from hq.audience.explain import explain
from hq.audience.rules import Decision, Reason

__all__ = ["Decision", "Reason", "explain"]
