"""A week of a shop within an hour: `python -m tests.week`. Real programs under a clock that is put forward, and what
they come to hold of memory, descriptors and disk."""
