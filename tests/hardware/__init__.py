"""Drivers over their simulators: the real libraries, on ptys and files."""
