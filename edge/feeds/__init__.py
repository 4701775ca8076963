"""The box's side of the feeds: heads from the line -> verified files and deltas -> screens told."""

from edge.feeds.directives import DirectiveFeed
from edge.feeds.feed import CatalogueFeed, Told
from edge.feeds.fetching import RefusedVersionError
from edge.feeds.pictures import PictureFetcher

__all__ = ["CatalogueFeed", "DirectiveFeed", "PictureFetcher", "RefusedVersionError", "Told"]
