"""Messages that nobody asked for: when one may go, to whom, about what. Pure rules (`rules`), the facts they are asked
about (`facts`), what puts a message into the queue of mails (`starting`), and what would happen (`simulating`).

A message is a row of the table `mail` from the moment its journey begins. It is judged when it is due, at the moment of
sending and never before: what was bought, sold out or withdrawn a minute ago counts.
"""

from hq.journeys.facts import verdict
from hq.journeys.rules import Verdict

__all__ = ["Verdict", "verdict"]
