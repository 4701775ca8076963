"""Messages that nobody asked for: when one may go, to whom, about what.

    rules          the rules, pure
    triggers       what begins a message, and what it may be about: one module for each
    facts          what the rules are asked about a message that is due
    starting       puts messages into the queue of mails
    simulating     who would get what
    store_events   the file with the events of the stores
    pausing        a colleague pauses a journey, and lets it go on

A message is a row of the table `mail` from the moment its journey begins. It is judged when it is due, at the moment of
sending and never before: what was bought, sold out or withdrawn a minute ago counts.
"""

from hq.journeys.facts import verdict
from hq.journeys.rules import Verdict
from hq.journeys.world import World, world_of

__all__ = ["Verdict", "World", "verdict", "world_of"]
