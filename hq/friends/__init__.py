"""Whoever brings a friend: both get a single-use code after the friend's first purchase.

records     who brought whom, as the journal has it
naming      a friend leaves their address on the page of somebody's link
mailboxes   which addresses are one
rewarding   who has bought since, and gets what
"""
