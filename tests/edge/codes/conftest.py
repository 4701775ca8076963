"""The first example of a test imports biip or epcpy, 0.2 s and more on a busy machine: no fault of the example."""

from hypothesis import settings

settings.register_profile("imports", deadline=None)
settings.load_profile("imports")
