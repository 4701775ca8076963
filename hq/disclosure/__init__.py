"""Everything that is held of a person, for the person: as a page in their language, and as JSON (GDPR, articles 15 and
20)."""

from hq.disclosure.everything import everything
from hq.disclosure.page import page

__all__ = ["everything", "page"]
