"""Baskets and articles as they stand this moment: today's price and stock, for mails and pages alike."""
