"""What goes with what, learned from the baskets and orders that HQ knows.

    learn(connection, rules, now=…)   -> Learned: per product the others that lie beside it more often than by chance
    keep(hq, learned)                 -> how many products' lists changed; a new version of the catalogue carries them
    beside(products, connection)      -> the products with what was learned behind what the feed itself says

Counting is `counting.py`, where the baskets come from is `baskets.py`; docs/importing.md tells how a list comes about.
"""

from hq.related.counting import Companion, Rules, Tally
from hq.related.keeping import beside, keep, kept
from hq.related.learning import Learned, learn

__all__ = ["Companion", "Learned", "Rules", "Tally", "beside", "keep", "kept", "learn"]
