"""What waits in the table `mail`: kinds of it that are no mails."""

TEXT = "basket-text"
"""A text message with the link of a basket."""
