"""Tests that run in a process of their own, whose /dev/input is umockdev's: see test_barcode_hid.py."""
