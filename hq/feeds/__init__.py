"""HQ's side of the feeds: versions of the catalogue, built once, signed, and served over HTTP; stock as it changes."""

from hq.feeds.publish import Publisher, latest_head, publish
from hq.feeds.sources import languages_of

__all__ = ["Publisher", "languages_of", "latest_head", "publish"]
