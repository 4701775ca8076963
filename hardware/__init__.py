"""Device bytes to `Scan`, and nothing else: this package knows no shop."""
