"""NFC tags over nfcpy: what is in a reader's field, what is written on it, and writing it."""
