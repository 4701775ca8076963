"""Which mail addresses are one mailbox: whoever has it makes as many of them as they like."""

GMAIL = ("gmail.com", "googlemail.com")


def mailbox(mail: str) -> str:
    """Without what follows a plus, which most providers deliver to the same mailbox, and Gmail's dots.

    `mailbox("Sarah+shop@example.com") == "sarah@example.com"`
    """
    name, _, domain = mail.strip().lower().rpartition("@")
    name = name.partition("+")[0] or name
    return f"{name.replace('.', '')}@gmail.com" if domain in GMAIL else f"{name}@{domain}"
