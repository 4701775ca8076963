"""Mails to shoppers: composed when they leave, so that prices and stock are those of the moment, and sent once.

A row of `mail` is claimed for some minutes, composed, handed to the mail server, and marked as sent in the journal and
then in the database. Whoever is killed in between leaves the claim to run out; the repeat bears the same Message-ID.
"""
