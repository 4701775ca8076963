"""Who asked to be told when an article is back is told, once: when (`rules`, pure), what is known (`facts`), and what
puts the message into the queue (`starting`).

It is no advertisement: it was asked for, so it needs no consent to marketing, counts for no cap, and has no control
group.
"""

from hq.wishes.facts import verdict

__all__ = ["verdict"]
