"""HQ's side of the feeds: versions of the catalogue, built once, signed, and served over HTTP."""

from hq.feeds.publish import latest_head, publish
from hq.feeds.sources import languages_of

__all__ = ["languages_of", "latest_head", "publish"]
