"""Cards and tags through PC/SC: the service, a card, and nfcpy's tags over it."""
