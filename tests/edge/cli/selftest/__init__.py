"""The self-test sheet."""
