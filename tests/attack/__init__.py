"""What somebody on the store's network may try against a box, tried: `python -m tests.attack` in three network
namespaces (a box, an attacker, a shopper's screen), and in short within scripts/test."""
